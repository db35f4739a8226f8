/** A file in the chat: its picture or its name, and what can be done with it. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { isShowable, saveFile, usePicture, type ChatFile as File, type OutgoingFile } from "@/api";
import { bytes } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Dialog, Icon, tellError } from "@/ui";

import css from "./chat.module.css";

/** Larger pictures are not fetched before somebody asks. */
const SHOWN_AT_ONCE = 8 * 1024 * 1024;

export function ChatFile({ session, file }: { session: string; file: File }) {
  const { t, i18n } = useTranslation();
  const [large, setLarge] = useState(false);
  const [saving, setSaving] = useState(false);
  const picture = isShowable(file.kind) && file.size <= SHOWN_AT_ONCE;
  const { url, failed, again } = usePicture(session, file, picture || large);
  const save = (): void => {
    setSaving(true);
    saveFile(session, file).catch((cause: unknown) => tellError(errorText(t, cause))).finally(() => setSaving(false));
  };
  return (
    <div className={css.file} data-testid="chat-file">
      {picture && !failed && (
        <button type="button" className={css.thumb} onClick={() => setLarge(true)} aria-label={t("chat.file.enlarge", { name: file.name })}>
          {url === null ? <span className={css.pending} /> : <img src={url} alt="" />}
        </button>
      )}
      {picture && failed && (
        <p className={css.notShown}>
          {t("chat.file.notShown")}
          <Button size="xs" kind="quiet" onClick={again} testId="picture-again">{t("app.retry")}</Button>
        </p>
      )}
      <div className={css.fileLine}>
        <Icon name={isShowable(file.kind) ? "screen" : "archive"} size={16} />
        <bdi className={css.fileName} title={file.name}>{file.name}</bdi>
        <span className={css.fileSize}>{bytes(file.size, i18n.language)}</span>
        <Button size="xs" kind="quiet" icon="download" busy={saving} onClick={save} title={t("chat.file.saveNamed", { name: file.name })}>{t("chat.file.save")}</Button>
      </div>
      <Dialog title={file.name} opened={large} onClose={() => setLarge(false)} closeLabel={t("app.close")} wide>
        {url === null ? <p className={css.empty}>{failed ? t("chat.file.notShown") : t("app.loading")}{failed && <Button size="xs" kind="quiet" onClick={again}>{t("app.retry")}</Button>}</p> : <img className={css.large} src={url} alt={file.name} />}
        <div className={css.fileLine}>
          <span className={css.fileSize}>{bytes(file.size, i18n.language)}</span>
          <Button size="xs" icon="download" busy={saving} onClick={save}>{t("chat.file.save")}</Button>
        </div>
      </Dialog>
    </div>
  );
}

export function FileOnItsWay({ out, onAgain, onGiveUp }: { out: OutgoingFile; onAgain: () => void; onGiveUp: () => void }) {
  const { t, i18n } = useTranslation();
  const { name, size } = out.file;
  const percent = Math.floor((100 * out.sent) / Math.max(1, size));
  return (
    <article className={css.message} data-from="desk" data-testid="message">
      <div className={css.file} data-testid="chat-file">
        <div className={css.fileLine}>
          <Icon name="archive" size={16} />
          <bdi className={css.fileName} title={name}>{name}</bdi>
          <span className={css.fileSize}>{bytes(size, i18n.language)}</span>
        </div>
      </div>
      {out.error === null ? (
        <footer>
          <progress max={100} value={percent} aria-label={t("chat.file.sending", { name })} />
          <span>{out.waiting ? t("chat.file.waiting") : `${percent} %`}</span>
          <Button size="xs" kind="quiet" onClick={onGiveUp}>{t("app.cancel")}</Button>
        </footer>
      ) : (
        <footer data-mark="failed">
          <span>{t("chat.failed", { why: errorText(t, out.error) })}</span>
          {out.error.code !== "file_kind_refused" && out.error.code !== "file_too_large" && <Button size="xs" kind="quiet" onClick={onAgain}>{t("app.retry")}</Button>}
          <Button size="xs" kind="quiet" onClick={onGiveUp}>{t("chat.file.remove")}</Button>
        </footer>
      )}
    </article>
  );
}
