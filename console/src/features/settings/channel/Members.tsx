import { useTranslation } from "react-i18next";

import { CheckList } from "@/ui";

import { byName, groupName, membersOf, technicianName } from "../names";
import css from "../settings.module.css";
import type { PanelProps } from "./ChannelPage";

export function Members({ setup, draft }: PanelProps) {
  const { t, i18n } = useTranslation();
  const { value, set } = draft;
  const members = membersOf(setup, value);
  const names = new Intl.ListFormat(i18n.language);
  const shown = Array.from(members, ([id, groups]) => ({ id, name: technicianName(t, setup, id), groups, enabled: setup.technicians.find((it) => it.id === id)?.setup.enabled ?? true })).sort((a, b) => a.name.localeCompare(b.name));
  return (
    <>
      <p className={css.dim}>{t("settings.channel.membersText")}</p>
      <CheckList label={t("settings.channel.groups")} find={t("settings.find")} empty={t("settings.channel.noGroups")} value={value.groups} onChange={(groups) => set({ groups })} options={byName(setup.groups).map((it) => ({ value: it.id, label: it.setup.name }))} testId="groups" />
      <CheckList label={t("settings.channel.technicians")} find={t("settings.find")} empty={t("settings.channel.noTechnicians")} value={value.technicians} onChange={(technicians) => set({ technicians })} options={setup.technicians.map((it) => ({ value: it.id, label: it.name }))} testId="technicians" />
      <section data-testid="comes-to">
        <h2>{members.size === 0 ? t("settings.channel.nobody") : t("settings.channel.comesTo", { count: members.size })}</h2>
        <ul className={css.plain} style={{ marginTop: 8 }}>
          {shown.map(({ id, name, groups, enabled }) => (
            <li key={id}>
              {name} <span className={css.dim}>({[...(value.technicians.includes(id) ? [t("settings.channel.itself")] : []), ...(groups.length > 0 ? [t("settings.channel.through", { groups: names.format(groups.map((group) => groupName(t, setup, group))) })] : []), ...(enabled ? [] : [t("settings.channel.disabledMember")])].join(", ")})</span>
            </li>
          ))}
        </ul>
      </section>
    </>
  );
}
