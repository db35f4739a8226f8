/** One technician: what they are and can do, and what they may do and why. */

import { useTranslation } from "react-i18next";

import { may, setup as access, useTechnician, type Setup, type TechnicianEntry } from "@/api";
import { Check, CheckList, Radios, Chip, Group, Notice, NumberField } from "@/ui";

import { useSetupNow } from "../context";
import { useDraft } from "../draft";
import { byName } from "../names";
import { DraftForm, SettingPage, Tabs } from "../parts";
import css from "../settings.module.css";
import { Access } from "./Access";
import { Explain } from "./Explain";
import { Memberships } from "./Memberships";
import { RolesHeld } from "./RolesHeld";
import { isOwner } from "./roles";
import { Skills } from "./Skills";

type Entry = Required<TechnicianEntry["setup"]>;
/** Skills in the order in which they are typed. */
export interface TechnicianDraft extends Omit<Entry, "skills"> {
  skills: { skill: string; level: number }[];
}

const draftOf = (setup: TechnicianEntry["setup"]): TechnicianDraft => ({ enabled: setup.enabled ?? true, holds: setup.holds ?? [], companies: setup.companies ?? "all", limit: setup.limit ?? 5, skills: Object.entries(setup.skills ?? {}).map(([skill, level]) => ({ skill, level })) });
const setupOf = ({ skills, ...rest }: TechnicianDraft): Entry => ({ ...rest, skills: Object.fromEntries(skills.map(({ skill, level }) => [skill.trim(), level])) });

export function TechnicianPage({ id, tab, channel }: { id: string; tab: string | undefined; channel: string | undefined }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const entry = setup.technicians.find((it) => it.id === id);
  if (entry === undefined) return null;
  const current = tab === "explain" || tab === "access" ? tab : "account";
  return (
    <SettingPage area="technicians" title={entry.name} back={t("settings.technician.back")} beside={<><span className={css.dim}>{entry.email}</span>{entry.setup.enabled === false && <Chip tone="bad" icon="lock">{t("settings.technician.disabled")}</Chip>}</>}>
      <Tabs area="technicians" id={id} label={t("settings.technician.tabs")} current={current} tabs={[{ key: "account", label: t("settings.technician.tab.account") }, { key: "access", label: t("account.access") }, { key: "explain", label: t("settings.technician.tab.explain", { name: entry.name }) }]} />
      {/* Kept while the other is looked at: what was typed is not lost. */}
      <div style={{ display: current === "account" ? "contents" : "none" }}><Account setup={setup} entry={entry} /></div>
      {current === "access" && <Access setup={setup} entry={entry} />}
      {current === "explain" && <Explain setup={setup} entry={entry} channel={channel} />}
    </SettingPage>
  );
}

function Account({ setup, entry }: { setup: Setup; entry: TechnicianEntry }) {
  const { t } = useTranslation();
  const me = useTechnician()?.id;
  const owner = isOwner(setup, me);
  const draft = useDraft<TechnicianDraft>({ version: entry.version, setup: draftOf(entry.setup) }, (version, value) => access.changeTechnician(entry.id, version, setupOf(value)));
  const { value, set } = draft;
  const onlyOwner = isOwner(setup, entry.id) && !owner;
  const allowed = may(setup, "technician_manage") && !onlyOwner;
  const only = value.companies === "all" ? null : value.companies.only;
  const faults = [...(value.limit < 1 || value.limit > 50 ? [t("settings.technician.fault.limit")] : []), ...(value.skills.some((it) => it.skill.trim() === "") ? [t("settings.technician.fault.skill")] : [])];
  return (
    <DraftForm draft={draft} part={(key) => t(`settings.technician.part.${key}`)} faults={faults} locked={!allowed}>
      {!allowed && <Notice tone="neutral" icon="lock" testId="look-only">{onlyOwner ? t("settings.technician.ownerOnly") : t("settings.mayLook", { permission: t("settings.permission.technician_manage") })}</Notice>}
      <fieldset disabled={!allowed} style={{ display: "contents" }}>
        <Group title={t("settings.technician.account")}>
          <Check label={t("settings.technician.enabledLabel")} hint={t("settings.technician.enabledHint")} checked={value.enabled} onChange={(enabled) => set({ enabled })} testId="enabled" />
          <NumberField label={t("settings.technician.limit")} hint={t("settings.technician.limitHint")} min={1} max={50} value={value.limit === 0 ? null : value.limit} onChange={(limit) => set({ limit: limit ?? 0 })} testId="limit" />
        </Group>
        <RolesHeld setup={setup} owner={owner} holds={value.holds} onChange={(holds) => set({ holds })} />
        <Skills setup={setup} skills={value.skills} onChange={(skills) => set({ skills })} />
        <Group title={t("settings.technician.companies")}>
          <Radios label={t("settings.technician.companies")} bare value={only === null ? "all" : "only"} onChange={(chosen) => set({ companies: chosen === "all" ? "all" : { only: { companies: [], and_without: true } } })} options={[{ value: "all", label: t("settings.technician.companiesAll") }, { value: "only", label: t("settings.technician.companiesOnly"), hint: t("settings.technician.companiesOnlyHint") }]} />
          {only !== null && (
            <>
              <CheckList label={t("settings.area.companies")} find={t("settings.find")} empty={t("settings.technician.noCompanies")} options={byName(setup.companies).map((it) => ({ value: it.id, label: it.setup.name }))} value={only.companies} onChange={(companies) => set({ companies: { only: { ...only, companies } } })} />
              <Check label={t("settings.technician.without")} checked={only.and_without} onChange={(and_without) => set({ companies: { only: { ...only, and_without } } })} />
            </>
          )}
        </Group>
      </fieldset>
      <Memberships setup={setup} entry={entry} />
    </DraftForm>
  );
}
