/** Pausing takes effect at once: it is not a change one prepares. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, cache, setup as access, type Channel } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { isPaused } from "@/shared/pause";
import { Button, Dim, MomentField, Notice, NumberField, Radios, Row, tellError, TextField, useNow } from "@/ui";

import { complete, type ChannelSetup } from "./parts";

const MINUTE = 60_000;

export function PausePanel({ channel, dirty, may }: { channel: Channel; dirty: boolean; may: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const [forHow, setForHow] = useState("open");
  const [minutes, setMinutes] = useState<number | null>(30);
  const [until, setUntil] = useState<number | null>(null);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const { pause } = complete(channel.setup);
  const paused = isPaused(pause, now);
  const put = async (next: ChannelSetup["pause"]): Promise<void> => {
    setBusy(true);
    try {
      await access.change("channels", channel.id, channel.version, { ...complete(channel.setup), pause: next });
      setReason("");
    } catch (error) {
      tellError(error instanceof ApiError && error.code === "version_conflict" ? t("settings.channel.pauseChanged") : errorText(t, error));
    } finally {
      await cache.invalidateQueries({ queryKey: SETUP_KEY });
      setBusy(false);
    }
  };
  const past = forHow === "until" && until !== null && until <= now;
  const unready = (forHow === "minutes" && (minutes === null || minutes < 1)) || (forHow === "until" && (until === null || past));
  const end = (): number | null => (forHow === "minutes" ? Date.now() + (minutes ?? 0) * MINUTE : forHow === "until" ? until : null);
  return (
    <>
      <Notice tone={paused ? "warn" : "good"} icon={paused ? "clock" : "check"} testId="pause-state">
        {!paused ? t("settings.channel.isOpen") : pause?.until == null ? t("settings.channel.isPaused") : t("settings.channel.pausedUntil", { time: moment(pause.until, now, i18n.language) })}
        {paused && pause?.reason != null && <div>{t("settings.channel.pausedBecause", { reason: pause.reason })}</div>}
      </Notice>
      <Dim>{t("settings.channel.pauseText")}</Dim>
      {dirty && <Notice tone="neutral" icon="info">{t("settings.channel.saveFirst")}</Notice>}
      {!paused && (
        <>
          <TextField label={t("settings.channel.pauseReason")} value={reason} maxLength={200} autoComplete="off" onChange={setReason} testId="pause-reason" />
          <Radios label={t("settings.channel.pauseFor")} value={forHow} onChange={setForHow} options={[{ value: "open", label: t("settings.channel.pauseOpen") }, { value: "minutes", label: t("settings.channel.pauseMinutes") }, { value: "until", label: t("settings.channel.pauseUntilWhen") }]} />
          {forHow === "minutes" && <NumberField label={t("settings.channel.pauseMinutesLabel")} min={1} max={10_080} value={minutes} onChange={setMinutes} testId="pause-minutes" />}
          {forHow === "until" && <MomentField label={t("settings.channel.pauseMoment")} value={until} error={past ? t("settings.channel.pausePast") : undefined} onChange={setUntil} testId="pause-until" />}
        </>
      )}
      <Row>
        {paused
          ? <Button kind="primary" busy={busy} disabled={dirty || !may} testId="resume" onClick={() => void put(null)}>{t("settings.channel.resume")}</Button>
          : <Button busy={busy} disabled={dirty || !may || unready} testId="pause-now" onClick={() => void put({ until: end(), reason: reason.trim() === "" ? null : reason.trim() })}>{t("settings.channel.pauseNow")}</Button>}
      </Row>
    </>
  );
}
