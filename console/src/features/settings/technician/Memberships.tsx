/** A technician's groups. Each group is a thing of its own, so each change of one is saved by itself, at once. */

import { useTranslation } from "react-i18next";

import { cache, may, setup as access, type Setup, type TechnicianEntry } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { CheckList, Group, tell, tellError } from "@/ui";

import { byName } from "../names";

export function Memberships({ setup, entry }: { setup: Setup; entry: TechnicianEntry }) {
  const { t } = useTranslation();
  const inside = setup.groups.filter((it) => it.setup.members?.includes(entry.id) === true).map((it) => it.id);
  const put = (chosen: readonly string[]): void => {
    const group = setup.groups.find((it) => inside.includes(it.id) !== chosen.includes(it.id));
    if (group === undefined) return;
    const joins = chosen.includes(group.id);
    const others = (group.setup.members ?? []).filter((it) => it !== entry.id);
    access.change("groups", group.id, group.version, { ...group.setup, members: joins ? [...others, entry.id] : others }).then(
      () => tell(t(joins ? "settings.technician.joined" : "settings.technician.left", { name: entry.name, group: group.setup.name })),
      (error: unknown) => tellError(errorText(t, error)),
    ).finally(() => void cache.invalidateQueries({ queryKey: SETUP_KEY }));
  };
  return (
    <Group title={t("settings.technician.groups")} text={t("settings.technician.groupsText")} locked={!may(setup, "group_manage")}>
      <CheckList label={t("settings.technician.groups")} find={t("settings.find")} empty={t("settings.technician.noGroups")} options={byName(setup.groups).map((it) => ({ value: it.id, label: it.setup.name }))} value={inside} onChange={put} testId="memberships" />
    </Group>
  );
}
