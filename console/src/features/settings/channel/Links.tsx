/** A channel's links: made, passed on, paused and deleted at once, not with the page's other parts. */

import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, cache, links as api, useDesk, type CallLink } from "@/api";
import { LINKS_KEY } from "@/api/links";
import { exactMoment, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Chip, CopyButton, CopyField, Dialog, Dim, Empty, Form, Loading, Notice, QrCode, Row, tell, tellError, TextField, useNow } from "@/ui";

import css from "../settings.module.css";

interface Props {
  id: string;
  name: string;
  allowed: boolean;
}

/** What the person is doing with a link, or with a new one. */
type Doing = { what: "make" } | { what: "rename" | "delete" | "qr"; link: CallLink };

export function Links({ id, name, allowed }: Props) {
  const { t } = useTranslation();
  const { data, error } = api.useLinks(id, allowed);
  const { data: desk } = useDesk();
  const [doing, setDoing] = useState<Doing | null>(null);
  const done = (): void => setDoing(null);
  if (!allowed) return <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.channel_links") })}</Notice>;
  const base = desk?.links_base ?? location.origin;
  const make = <Button kind="primary" icon="plus" testId="make-call-link" onClick={() => setDoing({ what: "make" })}>{t("call.link.make")}</Button>;
  return (
    <div className={css.fields} data-wide>
      <p className={css.dim} style={{ maxWidth: 760 }}>{t("call.link.text")}</p>
      {data === undefined ? (error === null ? <Loading label={t("app.loading")} /> : <Notice tone="bad" icon="alert">{t("call.link.loadFailed")} {errorText(t, error)}</Notice>) : data.length === 0 ? (
        <Empty icon="link" title={t("call.link.empty")} text={t("call.link.emptyText")}>{make}</Empty>
      ) : (
        <>
          <div>{make}</div>
          <div className={css.tableBox}>
            <table className={css.table} aria-label={t("call.link.list")} data-testid="call-links">
              <tbody>{data.map((link) => <LinkRow key={link.id} channel={id} link={link} url={api.callLink(base, link)} onDo={(what) => setDoing({ what, link })} />)}</tbody>
            </table>
          </div>
        </>
      )}
      {doing?.what === "make" && <NameDialog title={t("call.link.makeTitle", { channel: name })} submitLabel={t("call.link.create")} name="" onClose={done} submit={async (typed) => tell(t("call.link.made", { name: (await api.makeLink(id, typed)).name }))} channel={id} />}
      {doing?.what === "rename" && <NameDialog title={t("call.link.renameTitle", { name: doing.link.name })} submitLabel={t("call.link.save")} name={doing.link.name} onClose={done} submit={async (typed) => tell(t("call.link.renamed", { name: (await api.changeLink(id, newest(data, doing.link), { name: typed })).name }))} channel={id} />}
      {doing?.what === "delete" && <DeleteDialog channel={id} link={newest(data, doing.link)} onClose={done} />}
      {doing?.what === "qr" && (
        <Dialog title={t("call.link.qrTitle", { name: doing.link.name })} opened onClose={done} closeLabel={t("app.close")}>
          <Dim>{t("call.link.qrText")}</Dim>
          <div style={{ display: "flex", flexDirection: "column", gap: 14, alignItems: "center", marginTop: 12 }}>
            <QrCode text={api.callLink(base, doing.link)} label={t("call.link.showOf", { name: doing.link.name })} />
            <CopyField label={t("call.link.title")} value={api.callLink(base, doing.link)} copyLabel={t("call.link.copy")} copiedLabel={t("call.link.copied")} testId="call-link" />
          </div>
        </Dialog>
      )}
    </div>
  );
}

/** As it is now: it may have been changed while the dialog was open. */
const newest = (all: readonly CallLink[] | undefined, link: CallLink): CallLink => all?.find((it) => it.id === link.id) ?? link;

const again = (channel: string): Promise<void> => cache.invalidateQueries({ queryKey: [LINKS_KEY, channel] });

function LinkRow({ channel, link, url, onDo }: { channel: string; link: CallLink; url: string; onDo: (what: "rename" | "delete" | "qr") => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { name, paused, used, last_used_at: last } = link;
  const pause = (): void => {
    api.changeLink(channel, link, { paused: !paused })
      .then(() => tell(t(paused ? "call.link.resumedNow" : "call.link.pausedNow", { name })), (error: unknown) => tellError(errorText(t, error)))
      .finally(() => void again(channel));
  };
  return (
    <tr data-testid="call-link-row">
      <td style={{ width: "22%" }}><strong>{name}</strong></td>
      <td><Chip tone={paused ? "warn" : "good"} icon={paused ? "stop" : "check"} testId="link-state">{t(paused ? "call.link.paused" : "call.link.open")}</Chip></td>
      <td className={css.dim} data-testid="link-used" title={last == null ? undefined : exactMoment(last, i18n.language)}>{used === 0 ? t("call.link.unused") : [t("call.link.used", { count: used }), last == null ? null : t("call.link.last", { time: moment(last, now, i18n.language) })].filter(Boolean).join(", ")}</td>
      <td>
        <div style={{ display: "flex", gap: 6, justifyContent: "flex-end", flexWrap: "wrap" }}>
          <CopyButton value={url} copyLabel={t("call.link.copy")} copiedLabel={t("call.link.copied")} size="xs" one={false} />
          <Button size="xs" testId="link-qr" onClick={() => onDo("qr")}>{t("call.link.show")}</Button>
          <Button size="xs" testId="link-pause" onClick={pause}>{t(paused ? "call.link.resume" : "call.link.pause")}</Button>
          <Button size="xs" testId="link-rename" onClick={() => onDo("rename")}>{t("call.link.rename")}</Button>
          <Button size="xs" testId="link-delete" onClick={() => onDo("delete")}>{t("call.link.delete")}</Button>
        </div>
      </td>
    </tr>
  );
}

function NameDialog({ title, submitLabel, name, channel, submit, onClose }: { title: string; submitLabel: string; name: string; channel: string; submit: (name: string) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(name);
  const [shown, setShown] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setShown(true);
    if (typed.trim() === "") return;
    setBusy(true);
    setProblem(null);
    try {
      await submit(typed.trim());
      onClose();
    } catch (error) {
      setProblem(errorText(t, error));
      setBusy(false);
    } finally {
      void again(channel);
    }
  };
  return (
    <Dialog title={title} opened onClose={onClose} closeLabel={t("app.close")}>
      <Form onSubmit={(event) => void run(event)}>
        <TextField label={t("call.link.name")} value={typed} maxLength={80} onChange={setTyped} autoFocus autoComplete="off" error={shown && typed.trim() === "" ? t("call.link.nameRequired") : undefined} testId="link-name" />
        <Dim>{t("call.link.nameHint")}</Dim>
        {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
        <Row>
          <Button type="submit" kind="primary" busy={busy} testId="link-save">{submitLabel}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}

function DeleteDialog({ channel, link, onClose }: { channel: string; link: CallLink; onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await api.deleteLink(channel, link);
      tell(t("call.link.deleted", { name: link.name }));
      onClose();
    } catch (error) {
      // Somebody else was faster: it is gone, as it was meant to be.
      if (error instanceof ApiError && error.code === "not_found") onClose();
      else setProblem(errorText(t, error));
      setBusy(false);
    } finally {
      void again(channel);
    }
  };
  return (
    <Dialog title={t("call.link.deleteTitle", { name: link.name })} opened onClose={onClose} closeLabel={t("app.close")}>
      <p>{t("call.link.deleteText")}</p>
      {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
      <div style={{ marginTop: 16 }}>
        <Row>
          <Button kind="danger" busy={busy} onClick={() => void run()} testId="link-delete-confirm">{t("call.link.deleteConfirm")}</Button>
          <Button autoFocus onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </div>
    </Dialog>
  );
}
