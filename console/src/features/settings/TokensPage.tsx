/** Tokens by which programs use the interface: with a part of what their maker may. */

import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { apiTokens, may, mayAnywhere, type ApiToken, type Permission } from "@/api";
import { moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, CheckList, Chip, CopyField, DateField, Dialog, Dim, Empty, Form, Loading, Notice, Radios, Row, tell, tellError, TextField, useNow, Unseen } from "@/ui";

import { useSetupNow } from "./context";
import { byName, scopeName } from "./names";
import css from "./settings.module.css";

/** What programs can do; what reaches a person's computer is for people. */
const OFFERED = [
  "session_view", "session_open", "session_take", "session_release", "session_release_others", "session_edit", "session_set_priority", "session_set_category", "session_log", "session_close", "session_close_others", "session_move", "chat_read", "chat_write", "audit_view",
] as const satisfies readonly Permission[];

export function TokensPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const { data, error, refetch } = apiTokens.useApiTokens();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  if (!may(setup, "webhook_manage")) return <Empty whole icon="lock" title={t("settings.mayNot", { permission: t("settings.permission.webhook_manage") })} />;
  if (data === undefined) return error === null ? <Loading label={t("app.loading")} /> : <Empty whole icon="alert" title={t("tokens.failed")} text={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>;
  return (
    <div className={css.page}>
      <div className={css.head}>
        <h1>{t("tokens.title")}</h1>
        <Button icon="plus" kind="primary" testId="new-token" onClick={() => setMaking(true)}>{t("tokens.new")}</Button>
      </div>
      <Dim>{t("tokens.intro")}</Dim>
      {secret !== null && (
        <>
          <Notice tone="warn" icon="lock">{t("tokens.once")}</Notice>
          <CopyField label={t("tokens.token")} value={secret} copyLabel={t("app.copy")} copiedLabel={t("app.copied")} testId="token-secret" />
        </>
      )}
      {data.length === 0 ? <Empty icon="lock" title={t("tokens.none")} /> : <List all={data} />}
      <Dialog title={t("tokens.new")} opened={making} onClose={() => setMaking(false)} closeLabel={t("app.close")} wide>
        <Make onMade={(it) => { setSecret(it); setMaking(false); }} />
      </Dialog>
    </div>
  );
}

function Make({ onMade }: { onMade: (secret: string) => void }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const [name, setName] = useState("");
  const [permissions, setPermissions] = useState<readonly Permission[]>([]);
  const [channels, setChannels] = useState<readonly string[] | null>(null);
  const [until, setUntil] = useState("");
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const nothing = permissions.length === 0;
  const send = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (name.trim() === "" || nothing || channels?.length === 0) return;
    setBusy(true);
    setProblem(null);
    const [year = 0, month = 1, day = 1] = until.split("-").map(Number);
    try {
      // Good to the end of that day, where the person is.
      onMade(await apiTokens.make({ name: name.trim(), permissions: [...permissions], channels: channels === null ? null : [...channels], expires_at: until === "" ? null : new Date(year, month - 1, day + 1).getTime() }));
    } catch (error) {
      setProblem(errorText(t, error));
      setBusy(false);
    }
  };
  return (
    <Form onSubmit={(event) => void send(event)}>
      <TextField label={t("tokens.name")} value={name} onChange={setName} maxLength={80} autoFocus autoComplete="off" error={asked && name.trim() === "" ? t("settings.nameRequired") : undefined} testId="token-name" />
      <CheckList label={t("tokens.permissions")} find={t("settings.find")} empty="" options={OFFERED.filter((it) => mayAnywhere(setup, it)).map((it) => ({ value: it, label: t(`settings.permission.${it}`) }))} value={permissions} onChange={(chosen) => setPermissions(OFFERED.filter((it) => chosen.includes(it)))} testId="token-permissions" />
      {asked && nothing && <Notice tone="bad" icon="alert">{t("tokens.permissionsRequired")}</Notice>}
      <Radios label={t("webhooks.channels")} value={channels === null ? "all" : "some"} onChange={(chosen) => setChannels(chosen === "all" ? null : [])} options={[{ value: "all", label: t("webhooks.allChannels") }, { value: "some", label: t("webhooks.someChannels") }]} />
      {channels !== null && <CheckList label={t("settings.area.channels")} find={t("settings.find")} empty="" options={byName(setup.channels).map((it) => ({ value: it.id, label: it.setup.name }))} value={channels} onChange={setChannels} />}
      {asked && channels?.length === 0 && <Notice tone="bad" icon="alert">{t("webhooks.channelsRequired")}</Notice>}
      <DateField label={t("tokens.until")} hint={t("tokens.untilHint")} value={until} onChange={setUntil} testId="token-until" />
      {problem !== null && <Notice tone="bad" icon="alert">{problem}</Notice>}
      <Row><Button type="submit" kind="primary" busy={busy} testId="make-token">{t("settings.make")}</Button></Row>
    </Form>
  );
}

function List({ all }: { all: readonly ApiToken[] }) {
  const { t, i18n } = useTranslation();
  const setup = useSetupNow();
  const now = useNow();
  const [busy, setBusy] = useState<string | null>(null);
  const list = new Intl.ListFormat(i18n.language, { type: "unit" });
  const revoke = (token: ApiToken): void => {
    setBusy(token.id);
    apiTokens.revoke(token.id).then(() => tell(t("tokens.revokedNow", { name: token.name }))).catch((error: unknown) => tellError(errorText(t, error))).finally(() => setBusy(null));
  };
  return (
    <div className={css.tableBox}>
      <table className={css.table} aria-label={t("tokens.title")}>
        <thead><tr><th scope="col">{t("settings.columns.name")}</th><th scope="col">{t("settings.columns.state")}</th><th scope="col" className={css.wide}>{t("settings.columns.permissions")}</th><th scope="col" className={css.wide}>{t("tokens.by")}</th><th scope="col"><Unseen>{t("tokens.revoke")}</Unseen></th></tr></thead>
        <tbody>
          {all.map((token) => {
            const over = token.revoked_at != null || (token.expires_at != null && token.expires_at <= now);
            return (
              <tr key={token.id} data-testid="token">
                <td>{token.name}<Dim>{token.channels == null ? t("settings.wholeDesk") : list.format(token.channels.map((channel) => scopeName(t, setup, { channel })))}</Dim></td>
                <td>
                  <State token={token} now={now} />
                  <Dim>{token.used_at == null ? t("tokens.unused") : t("tokens.used", { time: moment(token.used_at, now, i18n.language) })}</Dim>
                </td>
                <td className={css.wide}>{list.format(token.permissions.map((it) => t(`settings.permission.${it}`)))}</td>
                <td className={css.wide}>{token.by}</td>
                <td>{!over && <Button size="xs" busy={busy === token.id} testId="revoke-token" onClick={() => revoke(token)}>{t("tokens.revoke")}</Button>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function State({ token, now }: { token: ApiToken; now: number }) {
  const { t, i18n } = useTranslation();
  if (token.revoked_at != null) return <Chip tone="neutral" icon="expired">{t("tokens.revoked")}</Chip>;
  if (token.expires_at != null && token.expires_at <= now) return <Chip tone="neutral" icon="expired">{t("tokens.expired")}</Chip>;
  return <Chip tone="good" icon="check">{token.expires_at == null ? t("tokens.good") : t("tokens.goodUntil", { time: moment(token.expires_at, now, i18n.language) })}</Chip>;
}
