import { useState } from "react";
import { useTranslation } from "react-i18next";

import { saveFile, usePicture, useScreenshot, type Attachment, type Session } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Dialog, tellError } from "@/ui";

import css from "./screenshot.module.css";

/** The screen as it was when help was asked for, as far as the person sent it. */
export function Screenshot({ session }: { session: Session }) {
  const shot = useScreenshot(session);
  return shot === null ? null : <Shown session={session.id} shot={shot} />;
}

function Shown({ session, shot }: { session: string; shot: Attachment }) {
  const { t } = useTranslation();
  const [large, setLarge] = useState(false);
  const removed = shot.state === "removed";
  const { url, failed, again } = usePicture(session, shot, !removed);
  const save = (): void => void saveFile(session, shot).catch((cause: unknown) => tellError(errorText(t, cause)));
  return (
    <section data-testid="screenshot">
      <h2>{t("call.session.screenshot")}</h2>
      {removed || failed ? <p>{t(removed ? "call.session.screenshotRemoved" : "call.session.screenshotFailed")}{failed && <Button size="xs" kind="quiet" onClick={again}>{t("app.retry")}</Button>}</p> : (
        <button type="button" className={css.thumb} onClick={() => setLarge(true)} aria-label={t("call.session.enlarge")} data-testid="screenshot-open">
          {url === null ? <span className={css.pending} /> : <img src={url} alt="" />}
        </button>
      )}
      <Dialog title={t("call.session.screenshot")} opened={large} onClose={() => setLarge(false)} closeLabel={t("app.close")} wide>
        {url !== null && <img className={css.large} src={url} alt={t("call.session.screenshot")} data-testid="screenshot-large" />}
        <Button size="xs" icon="download" onClick={save}>{t("chat.file.save")}</Button>
      </Dialog>
    </section>
  );
}
