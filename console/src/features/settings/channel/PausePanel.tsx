/** Pausing takes effect at once: it is not a change one prepares. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { cache, setup as access, type Channel } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Choice, Dim, Notice, NumberField, Row, tell, tellError, useNow } from "@/ui";

import { isPaused } from "./ChannelsPage";
import { complete, type ChannelSetup } from "./parts";

export function PausePanel({ channel, dirty }: { channel: Channel; dirty: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const [forHow, setForHow] = useState("open");
  const [minutes, setMinutes] = useState<number | null>(30);
  const [busy, setBusy] = useState(false);
  const name = channel.setup.name;
  const { pause } = complete(channel.setup);
  const paused = isPaused(pause, now);
  const put = async (next: ChannelSetup["pause"], done: string): Promise<void> => {
    setBusy(true);
    try {
      await access.change("channels", channel.id, channel.version, { ...complete(channel.setup), pause: next });
      tell(done);
    } catch (error) {
      tellError(errorText(t, error));
    } finally {
      await cache.invalidateQueries({ queryKey: SETUP_KEY });
      setBusy(false);
    }
  };
  return (
    <>
      <Notice tone={paused ? "warn" : "good"} icon={paused ? "clock" : "check"} testId="pause-state">
        {!paused ? t("settings.channel.isOpen") : pause?.until == null ? t("settings.channel.isPaused") : t("settings.channel.pausedUntil", { time: moment(pause.until, now, i18n.language) })}
      </Notice>
      <Dim>{t("settings.channel.pauseText")}</Dim>
      {dirty && <Notice tone="neutral" icon="info">{t("settings.channel.saveFirst")}</Notice>}
      {!paused && <Choice label={t("settings.channel.pauseFor")} value={forHow} onChange={setForHow} options={[{ value: "open", label: t("settings.channel.pauseOpen") }, { value: "minutes", label: t("settings.channel.pauseMinutes") }]} />}
      {!paused && forHow === "minutes" && <NumberField label={t("settings.channel.pauseMinutesLabel")} min={1} max={10_080} value={minutes} onChange={setMinutes} />}
      <Row>
        {paused
          ? <Button kind="primary" busy={busy} disabled={dirty} testId="resume" onClick={() => void put(null, t("settings.channel.resumedToast", { channel: name }))}>{t("settings.channel.resume")}</Button>
          : <Button busy={busy} disabled={dirty || (forHow === "minutes" && minutes === null)} testId="pause-now" onClick={() => void put({ until: forHow === "minutes" ? Date.now() + (minutes ?? 0) * 60_000 : null }, t("settings.channel.pausedToast", { channel: name }))}>{t("settings.channel.pauseNow")}</Button>}
      </Row>
    </>
  );
}
