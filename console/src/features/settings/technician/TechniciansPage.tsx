import { useTranslation } from "react-i18next";

import { may, useTechnician } from "@/api";
import { Chip } from "@/ui";

import { useSetupNow } from "../context";
import { byName, membersOf, roleName, scopeName, whyNot } from "../names";
import { List, NewButton, SettingPage } from "../parts";

export function TechniciansPage() {
  const { t, i18n } = useTranslation();
  const setup = useSetupNow();
  const me = useTechnician()?.id;
  const list = new Intl.ListFormat(i18n.language, { type: "unit" });
  const worksIn = (id: string): string => list.format(byName(setup.channels).filter((it) => membersOf(setup, { technicians: it.setup.technicians ?? [], groups: it.setup.groups ?? [] }).has(id)).map((it) => it.setup.name));
  return (
    <SettingPage area="technicians" title={t("settings.area.technicians")} beside={<NewButton area="technicians" label={t("settings.technician.new")} why={whyNot(t, may(setup, "technician_manage"), "technician_manage")} />}>
      <List
        area="technicians"
        label={t("settings.area.technicians")}
        icon="user"
        empty={t("settings.empty.technicians")}
        columns={[t("settings.columns.name"), t("settings.columns.state"), t("settings.columns.roles"), t("settings.columns.channels"), t("settings.columns.limit"), t("settings.columns.email")]}
        rows={setup.technicians.map((it) => ({
          id: it.id,
          cells: [
            it.id === me ? `${it.name} (${t("settings.technician.you")})` : it.name,
            it.setup.enabled === false ? <Chip key="s" tone="bad" icon="lock">{t("settings.technician.disabled")}</Chip> : <Chip key="s" tone="good" icon="check">{t("settings.technician.enabled")}</Chip>,
            (it.setup.holds ?? []).length === 0 ? t("settings.technician.none") : list.format((it.setup.holds ?? []).map((held) => (held.on === "desk" ? roleName(t, setup, held.role) : `${roleName(t, setup, held.role)} (${scopeName(t, setup, held.on)})`))),
            worksIn(it.id),
            String(it.setup.limit ?? ""),
            it.email,
          ],
        }))}
      />
    </SettingPage>
  );
}
