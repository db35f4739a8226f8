/** What a role gives in one place, and what was settled otherwise there. */

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may, type Permission, type Scope } from "@/api";
import { Chip, Dim, Segments, SelectField } from "@/ui";

import { useSetupNow } from "./context";
import { byName } from "./names";
import { overridesOf, roleGives, settledHere, useSettle, type Whom } from "./overrides";
import { ALL, AREAS, givenBy, inArea, type RoleName } from "./permissions";
import css from "./settings.module.css";

const SHOWN = ["all", "gives", "changed"] as const;

/** `id`: the role's page; `channel`: the place that its address names. */
export function RoleRights({ role, id, name, channel }: { role: RoleName; id: string; name: string; channel: string | undefined }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const navigate = useNavigate();
  const [shown, setShown] = useState<(typeof SHOWN)[number]>("all");
  const here = setup.channels.some((it) => it.id === channel) ? channel : undefined;
  const on: Scope = here === undefined ? "desk" : { channel: here };
  const whom: Whom = { role };
  const { settle } = useSettle(setup, whom, on, (permission) => t("settings.explain.changed", { permission: t(`settings.permission.${permission}`), name }));
  const may_ = may(setup, "role_manage", here);
  const byItself = givenBy(setup, role);
  const gives = (permission: Permission): boolean => roleGives(setup, whom, on, permission, byItself.includes(permission));
  const inherited = (permission: Permission): boolean => here !== undefined && settledHere(setup, whom, "desk", permission) !== "role";
  const changed = (permission: Permission): boolean => settledHere(setup, whom, on, permission) !== "role";
  const elsewhere = overridesOf(setup, whom).filter((it) => JSON.stringify(it.on) !== JSON.stringify(on)).length;
  const asRole = (permission: Permission): string => {
    if (inherited(permission)) return t(settledHere(setup, whom, "desk", permission) === "allow" ? "settings.rights.deskAllows" : "settings.rights.deskDenies");
    return byItself.includes(permission) ? t("settings.rights.roleGives") : t("settings.rights.roleGivesNot");
  };
  return (
    <>
      <div className={css.rowLine}>
        <SelectField label={t("settings.explain.where")} value={here ?? ""} options={[{ value: "", label: t("settings.wholeDesk") }, ...byName(setup.channels).map((it) => ({ value: it.id, label: t("settings.channelOf", { channel: it.setup.name }) }))]} onChange={(chosen) => void navigate({ to: "/settings/$area/$id", params: { area: "roles", id }, search: chosen === "" ? {} : { channel: chosen } })} testId="rights-where" />
        <Segments label={t("settings.explain.only")} value={shown} options={SHOWN.map((it) => ({ value: it, label: t(`settings.rights.${it}`) }))} onChange={setShown} />
        <span className={css.dim} data-testid="rights-count">{t("settings.role.count", { count: ALL.filter(gives).length, all: ALL.length })}{elsewhere > 0 && ` · ${t("settings.rights.elsewhere", { count: elsewhere })}`}</span>
      </div>
      {!may_ && <Dim>{t("settings.explain.noSingle")}</Dim>}
      <div className={css.tableBox}>
        <table className={`${css.table} ${css.rights ?? ""}`} aria-label={name} data-testid="rights">
          <thead><tr><th scope="col">{t("settings.explain.columns.permission")}</th><th scope="col">{t("settings.rights.given")}</th><th scope="col">{t("settings.rights.settled")}</th></tr></thead>
          {AREAS.map((area) => {
            const rows = inArea(area).filter((it) => shown === "all" || (shown === "gives" ? gives(it) : changed(it) || inherited(it)));
            return rows.length > 0 && (
              <tbody key={area}>
                <tr><th scope="rowgroup" colSpan={3}>{t(`settings.permissionArea.${area}`)}</th></tr>
                {rows.map((permission) => {
                  const words = t(`settings.permission.${permission}`);
                  const given = gives(permission);
                  const settled = settledHere(setup, whom, on, permission);
                  // Nobody allows what they may not do themselves; the relay asks again.
                  const options = [{ value: "role", label: asRole(permission) }, ...(may(setup, permission, here) || settled === "allow" ? [{ value: "allow", label: t("settings.explain.allow") }] : []), { value: "deny", label: t("settings.explain.deny") }];
                  return (
                    <tr key={permission} data-testid={`right-${permission}`} data-changed={settled !== "role"}>
                      <td>{words}</td>
                      <td><Chip tone={given ? "good" : "neutral"} icon={given ? "check" : "cross"}>{given ? t("settings.rights.yes") : t("settings.rights.no")}</Chip></td>
                      <td>{may_ ? <SelectField small bare label={`${t("settings.rights.settled")}: ${words}`} value={settled} options={options} onChange={(chosen) => settle(permission, chosen === "allow" || chosen === "deny" ? chosen : "role")} /> : settled === "role" ? asRole(permission) : t(`settings.explain.${settled}`)}</td>
                    </tr>
                  );
                })}
              </tbody>
            );
          })}
        </table>
        {shown === "changed" && !ALL.some((it) => changed(it) || inherited(it)) && <p className={css.none}>{t("settings.rights.nothingChanged")}</p>}
      </div>
    </>
  );
}
