import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may, setup as access, type Permission, type Role, type Setup } from "@/api";
import { Check, Chip, Dim, Notice, SelectField, TextArea, TextField } from "@/ui";

import { Gone } from "./AreaPages";
import { useSetupNow } from "./context";
import { useDraft } from "./draft";
import { byName, roleKey, whyNot } from "./names";
import { DeleteButton, DraftForm, NewButton, SettingPage } from "./parts";
import { overridesOf } from "./overrides";
import { ALL, AREAS, BUILT_IN, GIVES, inArea, type BuiltIn, type RoleName } from "./permissions";
import { RoleRights } from "./RoleRights";
import css from "./settings.module.css";

const holders = (setup: Setup, key: string): number => setup.technicians.filter((it) => it.setup.holds?.some((held) => roleKey(held.role) === key) === true).length;

export function RolesPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const row = (id: string, role: RoleName, name: string, about: string, count: number) => (
    <tr key={id}>
      <td><Link to="/settings/$area/$id" params={{ area: "roles", id }}>{name}</Link></td>
      <td>{t("settings.role.count", { count, all: ALL.length })}<Changes count={overridesOf(setup, { role }).length} /></td>
      <td className={css.wide}>{holders(setup, id)}</td>
      <td className={css.wide}>{about}</td>
    </tr>
  );
  return (
    <SettingPage area="roles" title={t("settings.area.roles")} beside={<NewButton area="roles" label={t("settings.making.roles.button")} why={whyNot(t, may(setup, "role_manage"), "role_manage")} />}>
      <div className={css.tableBox}>
        <table className={css.table} aria-label={t("settings.area.roles")}>
          <thead><tr><th scope="col">{t("settings.columns.name")}</th><th scope="col">{t("settings.columns.permissions")}</th><th scope="col" className={css.wide}>{t("settings.columns.holders")}</th><th scope="col" className={css.wide}>{t("settings.description")}</th></tr></thead>
          <tbody><tr><th scope="rowgroup" colSpan={4}>{t("settings.role.builtIn")}</th></tr>{BUILT_IN.map((role) => row(role, role, t(`settings.role.builtin.${role}`), t(`settings.role.about.${role}`), GIVES[role].length))}</tbody>
          <tbody>
            <tr><th scope="rowgroup" colSpan={4}>{t("settings.role.own")}</th></tr>
            {setup.roles.length === 0 ? <tr><td colSpan={4}>{t("settings.empty.roles")}</td></tr> : byName(setup.roles).map((role) => row(role.id, { custom: role.id }, role.setup.name, role.setup.description ?? "", role.setup.permissions?.length ?? 0))}
          </tbody>
        </table>
      </div>
    </SettingPage>
  );
}

/** How many permissions were settled otherwise. */
function Changes({ count }: { count: number }) {
  const { t } = useTranslation();
  return count === 0 ? null : <span className={css.dim}> · {t("settings.rights.changes", { count })}</span>;
}

export function RolePage({ id, channel }: { id: string; channel?: string | undefined }) {
  const setup = useSetupNow();
  const builtIn = BUILT_IN.find((it) => it === id);
  const own = setup.roles.find((it) => it.id === id);
  if (builtIn !== undefined) return <BuiltInRole role={builtIn} channel={channel} />;
  return own === undefined ? <Gone /> : <OwnRole role={own} />;
}

function BuiltInRole({ role, channel }: { role: BuiltIn; channel: string | undefined }) {
  const { t } = useTranslation();
  return (
    <SettingPage area="roles" title={t(`settings.role.builtin.${role}`)} back={t("settings.role.back")} beside={<Chip tone="neutral" icon={role === "owner" ? "lock" : "user"}>{t("settings.rights.builtIn")}</Chip>}>
      <Dim>{t(`settings.role.about.${role}`)} {t(role === "owner" ? "settings.rights.owner" : "settings.rights.text")}</Dim>
      {role === "owner" ? <Checklist fixed given={GIVES[role]} onChange={() => undefined} mayGive={() => true} /> : <RoleRights role={role} id={role} name={t(`settings.role.builtin.${role}`)} channel={channel} />}
    </SettingPage>
  );
}

function OwnRole({ role }: { role: Role }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const { id, version } = role;
  const complete = { name: role.setup.name, description: role.setup.description ?? null, permissions: role.setup.permissions ?? [] };
  const draft = useDraft({ version, setup: complete }, (seen, value) => access.change("roles", id, seen, { ...value, name: value.name.trim() }));
  const { value, set } = draft;
  const why = whyNot(t, may(setup, "role_manage"), "role_manage");
  // In the order of the list, whatever was ticked first: the relay keeps a set.
  const put = (permissions: readonly Permission[]): void => set({ permissions: ALL.filter((it) => permissions.includes(it)) });
  return (
    <SettingPage area="roles" title={role.setup.name} back={t("settings.role.back")} beside={<><span className={css.grow} /><DeleteButton area="roles" name={role.setup.name} why={why} remove={() => access.takeAway("roles", id, version)} /></>}>
      <DraftForm draft={draft} part={(key) => t(`settings.role.part.${key}`)} faults={value.name.trim() === "" ? [t("settings.nameRequired")] : []} locked={why !== null}>
        {why !== null && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.role_manage") })}</Notice>}
        <fieldset disabled={why !== null} style={{ display: "contents" }}>
          <TextField label={t("settings.name")} value={value.name} maxLength={80} autoComplete="off" onChange={(name) => set({ name })} testId="name" />
          <TextArea label={t("settings.description")} rows={2} maxLength={500} value={value.description ?? ""} onChange={(description) => set({ description: description === "" ? null : description })} />
          <Checklist given={value.permissions} onChange={put} mayGive={(it) => may(setup, it)} />
        </fieldset>
      </DraftForm>
    </SettingPage>
  );
}

/** Permissions by area, with another role beside. */
function Checklist({ given, onChange, mayGive, fixed = false }: { fixed?: boolean; given: readonly Permission[]; onChange: (given: readonly Permission[]) => void; mayGive: (permission: Permission) => boolean }) {
  const { t } = useTranslation();
  const [beside, setBeside] = useState<string>("");
  const compared = BUILT_IN.find((it) => it === beside);
  const toggle = (permission: Permission, on: boolean): void => onChange(on ? [...given, permission] : given.filter((it) => it !== permission));
  return (
    <div className={css.permissions} data-testid="permissions">
      <div className={css.rowLine}>
        <SelectField label={t("settings.role.compare")} value={beside} options={[{ value: "", label: t("settings.role.compareNone") }, ...BUILT_IN.map((it) => ({ value: it, label: t(`settings.role.builtin.${it}`) }))]} onChange={setBeside} testId="compare" />
        <span className={css.dim}>{t("settings.role.count", { count: given.length, all: ALL.length })}</span>
      </div>
      {AREAS.map((area) => (
        <section key={area} {...(compared !== undefined && { "data-compared": true })} aria-label={t(`settings.permissionArea.${area}`)}>
          <h2>{t(`settings.permissionArea.${area}`)}</h2>
          {inArea(area).map((permission) => (
            <div key={permission} className={css.permission}>
              <Check label={t(`settings.permission.${permission}`)} hint={mayGive(permission) ? undefined : t("settings.role.beyond")} fixed={fixed} checked={given.includes(permission)} disabled={!mayGive(permission) && !given.includes(permission)} onChange={(on) => toggle(permission, on)} testId={`give-${permission}`} />
              {compared !== undefined && <span className={css.dim}>{GIVES[compared].includes(permission) ? t("settings.role.gives") : t("settings.role.givesNot")}</span>}
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
