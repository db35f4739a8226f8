import { useTranslation } from "react-i18next";

import type { Setup } from "@/api";
import { Button, Group, IconButton, NumberField, SuggestField } from "@/ui";

import { knownSkills } from "../channel/rules";
import css from "../settings.module.css";
import type { TechnicianDraft } from "./TechnicianPage";

export function Skills({ setup, skills, onChange }: { setup: Setup; skills: TechnicianDraft["skills"]; onChange: (skills: TechnicianDraft["skills"]) => void }) {
  const { t } = useTranslation();
  const put = (at: number, change: Partial<TechnicianDraft["skills"][number]>): void => onChange(skills.map((it, index) => (index === at ? { ...it, ...change } : it)));
  return (
    <Group title={t("settings.technician.skills")} text={t("settings.technician.skillsText")}>
      {skills.length === 0 && <p className={css.dim}>{t("settings.technician.noSkills")}</p>}
      {skills.map(({ skill, level }, index) => (
        <div key={index} className={css.rowLine}>
          <SuggestField label={t("settings.technician.skill")} value={skill} options={knownSkills(setup)} onChange={(name) => put(index, { skill: name })} testId="skill" />
          <NumberField label={t("settings.technician.level")} min={1} max={5} value={level} onChange={(next) => put(index, { level: next ?? 1 })} testId="level" />
          <IconButton icon="cross" label={t("settings.technician.removeSkill", { skill })} onClick={() => onChange(skills.filter((_, it) => it !== index))} />
        </div>
      ))}
      <div><Button size="xs" icon="plus" onClick={() => onChange([...skills, { skill: "", level: 3 }])} testId="add-skill">{t("settings.technician.addSkill")}</Button></div>
    </Group>
  );
}
