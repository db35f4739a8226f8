import { useTranslation } from "react-i18next";

import { may } from "@/api";
import { Chip } from "@/ui";

import { useSetupNow } from "../context";
import { byName, membersOf, whyNot } from "../names";
import { List, NewButton, SettingPage } from "../parts";
import { complete } from "./parts";

export function ChannelsPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const column = (name: "name" | "members" | "policy" | "rules"): string => t(`settings.columns.${name}`);
  return (
    <SettingPage area="channels" title={t("settings.area.channels")} beside={<NewButton area="channels" label={t("settings.making.channels.button")} why={whyNot(t, may(setup, "channel_create"), "channel_create")} />}>
      <List
        area="channels"
        label={t("settings.area.channels")}
        icon="queue"
        empty={t("settings.empty.channels")}
        columns={[column("name"), column("members"), column("policy"), column("rules")]}
        rows={byName(setup.channels).map(({ id, setup: it }) => {
          const channel = complete(it);
          return {
            id,
            cells: [
              <span key="name">{channel.name}{id === setup.desk.setup.default_channel && <> <Chip tone="info" icon="info" hint={[t("settings.channel.defaultHint")]}>{t("settings.channel.default")}</Chip></>}</span>,
              String(membersOf(setup, channel).size),
              t(`settings.routing.policies.${channel.policy}.name`),
              String(channel.rules.length),
            ],
          };
        })}
      />
    </SettingPage>
  );
}
