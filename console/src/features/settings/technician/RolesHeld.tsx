import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may, type Scope, type Setup } from "@/api";
import { Button, Group, IconButton, SelectField } from "@/ui";

import { byName, roleKey, roleName, scopeName } from "../names";
import { mayAssign } from "../permissions";
import css from "../settings.module.css";
import { roleFrom, roleOptions } from "./roles";
import type { TechnicianDraft } from "./TechnicianPage";

/** Roles with where they hold. */
export function RolesHeld({ setup, owner, holds, onChange }: { setup: Setup; owner: boolean; holds: TechnicianDraft["holds"]; onChange: (holds: TechnicianDraft["holds"]) => void }) {
  const { t } = useTranslation();
  const [where, setWhere] = useState("");
  const on: Scope = where === "" ? "desk" : { channel: where };
  const options = roleOptions(t, setup, on, owner);
  const [chosen, setChosen] = useState("");
  // The least of the built-in ones is suggested, never the most.
  const role = [chosen, "channel_technician"].find((key) => options.some((it) => it.value === key)) ?? options[0]?.value ?? "";
  const places = [...(may(setup, "role_assign") ? [{ value: "", label: t("settings.wholeDesk") }] : []), ...byName(setup.channels).filter((it) => may(setup, "role_assign", it.id)).map((it) => ({ value: it.id, label: t("settings.channelOf", { channel: it.setup.name }) }))];
  const same = (held: TechnicianDraft["holds"][number]): boolean => roleKey(held.role) === role && JSON.stringify(held.on) === JSON.stringify(on);
  const add = (): void => {
    const name = roleFrom(role);
    if (name !== null && !holds.some(same)) onChange([...holds, { role: name, on }]);
  };
  return (
    <Group title={t("settings.technician.roles")} text={t("settings.technician.rolesText")}>
      {holds.length === 0 && <p className={css.dim}>{t("settings.technician.noRoles")}</p>}
      <ul className={css.plain} data-testid="holds">
        {holds.map((held) => {
          const name = roleName(t, setup, held.role);
          return (
            <li key={roleKey(held.role) + JSON.stringify(held.on)} className={css.ruleHead}>
              <span>{name} <span className={css.dim}>({scopeName(t, setup, held.on)})</span></span>
              <IconButton icon="cross" label={t("settings.technician.removeRole", { role: name })} disabled={!mayAssign(setup, held.role, held.on, owner)} onClick={() => onChange(holds.filter((it) => it !== held))} />
            </li>
          );
        })}
      </ul>
      {places.length > 0 && (
        <div className={css.rowLine}>
          <SelectField label={t("settings.technician.role")} value={role} options={options} onChange={setChosen} testId="add-role-name" />
          <SelectField label={t("settings.technician.where")} value={where} options={places} onChange={setWhere} testId="add-role-where" />
          <Button size="sm" icon="plus" disabled={role === "" || holds.some(same)} onClick={add} testId="add-role">{t("settings.technician.addRole")}</Button>
        </div>
      )}
    </Group>
  );
}
