/** By which ways the technician is told of what. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { notices, type NoticeEvent, type NotificationSettings, type Preferences, type Way } from "@/api";
import { errorText } from "@/shared/errorText";
import { ring } from "@/shared/sound";
import { Button, Card, Dim, Empty, Loading, Notice, Radios, RangeField, Row, tell, tellError } from "@/ui";

import css from "./account.module.css";

const WAYS = ["page", "desktop", "sound", "mail"] as const satisfies readonly Way[];

export function NotificationsPage() {
  const { t } = useTranslation();
  const { data, error, refetch } = notices.useNotifications();
  if (data === undefined) return error === null ? <Loading label={t("app.loading")} /> : <Empty whole icon="alert" title={t("notices.failed")} text={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>;
  return <Chosen key={data.version} settings={data} />;
}

/** Each choice is kept at once. */
function Chosen({ settings }: { settings: NotificationSettings }) {
  const { t } = useTranslation();
  const { preferences, events, usual, mail } = settings;
  const [busy, setBusy] = useState(false);
  const [volume, setVolume] = useState(preferences.volume ?? 60);
  const chosen = (event: NoticeEvent): readonly Way[] => preferences.ways?.[event] ?? usual[event] ?? [];
  const keep = (change: Partial<Preferences>): void => {
    setBusy(true);
    notices.choose(settings, { ...preferences, ...change }).catch((error: unknown) => tellError(errorText(t, error))).finally(() => setBusy(false));
  };
  const toggle = (event: NoticeEvent, way: Way, on: boolean): void => keep({ ways: { ...preferences.ways, [event]: WAYS.filter((it) => (it === way ? on : chosen(event).includes(it))) } });
  return (
    <div className={css.page}>
      <h1>{t("notices.settings")}</h1>
      <Dim>{t("notices.intro")}</Dim>
      <Desktop />
      {!mail && <Notice tone="neutral" icon="mail">{t("notices.noMail")}</Notice>}
      <div className={css.tableBox}>
        <table className={css.ways} aria-label={t("notices.settings")}>
          <thead><tr><th scope="col">{t("notices.what")}</th>{WAYS.map((way) => <th key={way} scope="col">{t(`notices.way.${way}`)}</th>)}</tr></thead>
          <tbody>
            {events.map((event) => (
              <tr key={event}>
                <th scope="row">{t(`notices.event.${event}`)}<span>{t(`notices.means.${event}`)}</span></th>
                {WAYS.map((way) => (
                  <td key={way}>
                    <input type="checkbox" aria-label={t("notices.by", { event: t(`notices.event.${event}`), way: t(`notices.way.${way}`) })} checked={chosen(event).includes(way)} disabled={busy || (way === "mail" && !mail)} data-testid={`way-${event}-${way}`} onChange={(it) => toggle(event, way, it.currentTarget.checked)} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <Card>
        <h2>{t("notices.way.sound")}</h2>
        <RangeField label={t("notices.volume")} value={volume} text={volume === 0 ? t("notices.silent") : t("notices.percent", { volume })} onChange={setVolume} testId="volume" />
        <Row>
          <Button icon="bell" onClick={() => ring(volume, "plain")} testId="try-sound">{t("notices.trySound")}</Button>
          <Button kind="primary" disabled={busy || volume === (preferences.volume ?? 60)} onClick={() => keep({ volume })} testId="keep-volume">{t("account.save")}</Button>
        </Row>
      </Card>
      {mail && (
        <Card>
          <h2>{t("notices.way.mail")}</h2>
          <Radios label={t("notices.way.mail")} bare value={preferences.mail ?? "not_here"} onChange={(when) => keep({ mail: when === "always" ? "always" : "not_here" })} options={[{ value: "not_here", label: t("notices.mailNotHere") }, { value: "always", label: t("notices.mailAlways") }]} />
        </Card>
      )}
      <Row><Button disabled={busy || Object.keys(preferences.ways ?? {}).length === 0} onClick={() => keep({ ways: {} })} testId="usual-ways">{t("notices.asUsual")}</Button></Row>
    </div>
  );
}

/** The browser is asked only when the technician presses. */
function Desktop() {
  const { t } = useTranslation();
  const [permission, setPermission] = useState(() => ("Notification" in globalThis ? Notification.permission : "missing"));
  if (permission === "granted") return null;
  if (permission === "missing") return <Notice tone="neutral" icon="info">{t("notices.desktopMissing")}</Notice>;
  if (permission === "denied") return <Notice tone="warn" icon="lock" testId="desktop-denied">{t("notices.desktopDenied")}</Notice>;
  const ask = (): void => {
    void Notification.requestPermission().then((answer) => {
      setPermission(answer);
      if (answer === "granted") tell(t("notices.desktopGranted"));
    });
  };
  return (
    <Notice tone="info" icon="bell">
      <div className={css.ask}><span>{t("notices.desktopAsk")}</span><Button size="xs" kind="primary" onClick={ask} testId="allow-desktop">{t("notices.desktopAllow")}</Button></div>
    </Notice>
  );
}

