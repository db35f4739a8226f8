import { useTranslation } from "react-i18next";

import { may } from "@/api";
import { moment } from "@/i18n/format";
import { isPaused } from "@/shared/pause";
import { Chip, useNow } from "@/ui";

import { useSetupNow } from "../context";
import { byName, membersOf, whyNot } from "../names";
import { List, NewButton, SettingPage } from "../parts";
import { complete } from "./parts";

export function ChannelsPage() {
  const { t, i18n } = useTranslation();
  const setup = useSetupNow();
  const now = useNow();
  const column = (name: "name" | "kind" | "members" | "policy" | "hours" | "state"): string => t(`settings.columns.${name}`);
  return (
    <SettingPage area="channels" title={t("settings.area.channels")} beside={<NewButton area="channels" label={t("settings.making.channels.button")} why={whyNot(t, may(setup, "channel_create"), "channel_create")} />}>
      <List
        area="channels"
        label={t("settings.area.channels")}
        icon="queue"
        empty={t("settings.empty.channels")}
        columns={[column("name"), column("state"), column("kind"), column("members"), column("policy"), column("hours")]}
        rows={byName(setup.channels).map(({ id, setup: it }) => {
          const channel = complete(it);
          const paused = isPaused(channel.pause, now);
          return {
            id,
            cells: [
              channel.name,
              <span key="state">
                {paused ? <Chip tone="warn" icon="clock">{channel.pause?.until == null ? t("settings.channel.paused") : t("settings.channel.pausedUntil", { time: moment(channel.pause.until, now, i18n.language) })}</Chip> : <Chip tone="good" icon="check">{t("settings.channel.open")}</Chip>}
                {id === setup.desk.setup.default_channel && <> <Chip tone="info" icon="info" hint={[t("settings.channel.defaultHint")]}>{t("settings.channel.default")}</Chip></>}
              </span>,
              t(channel.kind === "in_person" ? "life.closing.inPerson" : "life.closing.remote"),
              String(membersOf(setup, channel).size),
              t(`settings.routing.policies.${channel.policy}.name`),
              channel.hours === null ? t("settings.channel.alwaysOpen") : channel.hours.time_zone,
            ],
          };
        })}
      />
    </SettingPage>
  );
}
