import { useTranslation } from "react-i18next";

import type { Setup } from "@/api";
import { Button, Grid, IconButton, NumberField, PickField, SelectField, SuggestField, TagsField, TextField } from "@/ui";

import { PRIORITIES } from "../AreaPages";
import { byName, groupName, membersOf, technicianName } from "../names";
import css from "../settings.module.css";
import type { ChannelSetup } from "./parts";
import { conditionOf, keyOf, kindOf, KINDS, knownSkills, priorityOf, targetName, targetOf, valuesOf, type Condition, type Kind, type Rule } from "./rules";

interface Props {
  setup: Setup;
  channel: string;
  value: ChannelSetup;
  rule: Rule;
  onChange: (rule: Rule) => void;
}

export function RuleEditor({ setup, channel, value, rule, onChange }: Props) {
  const { t } = useTranslation();
  const { when = [], then } = rule;
  const skills = then.skills;
  const setThen = (change: Partial<Rule["then"]>): void => onChange({ ...rule, then: { ...then, ...change } });
  const setCondition = (at: number, condition: Condition): void => onChange({ ...rule, when: when.map((it, index) => (index === at ? condition : it)) });
  const targets = [
    { value: "", label: t("settings.routing.stay") },
    ...value.groups.map((id) => ({ value: `group:${id}`, label: t("settings.routing.toGroup", { name: groupName(t, setup, id) }) })),
    ...Array.from(membersOf(setup, value).keys(), (id) => ({ value: `technician:${id}`, label: technicianName(t, setup, id) })),
    ...byName(setup.channels).filter((it) => it.id !== channel).map((it) => ({ value: `channel:${it.id}`, label: t("settings.routing.toChannel", { name: it.setup.name }) })),
  ];
  const target = keyOf(then.to);
  // What was chosen stays to be seen, though it is no longer among the members.
  if (then.to != null && !targets.some((it) => it.value === target)) targets.push({ value: target, label: targetName(t, setup, then.to) });
  return (
    <div className={css.ruleBody}>
      <TextField label={t("settings.routing.ruleName")} value={rule.name} maxLength={80} autoFocus={rule.name === ""} autoComplete="off" onChange={(name) => onChange({ ...rule, name })} testId="rule-name" />
      <h3>{t("settings.routing.when")}</h3>
      {when.length === 0 && <p className={css.dim}>{t("settings.routing.always")}</p>}
      {when.map((condition, index) => (
        <ConditionRow key={index} setup={setup} condition={condition} onChange={(next) => setCondition(index, next)} onRemove={() => onChange({ ...rule, when: when.filter((_, it) => it !== index) })} />
      ))}
      <div><Button size="xs" icon="plus" onClick={() => onChange({ ...rule, when: [...when, { any_word: [] }] })} testId="add-condition">{t("settings.routing.addCondition")}</Button></div>
      <h3>{t("settings.routing.then")}</h3>
      <Grid>
        <SelectField label={t("settings.routing.to")} value={target} options={targets} onChange={(key) => setThen({ to: targetOf(key) })} testId="rule-to" />
        <SelectField label={t("settings.routing.setPriority")} value={then.priority ?? ""} options={[{ value: "", label: t("settings.routing.keepPriority") }, ...PRIORITIES.map((it) => ({ value: it, label: t(`settings.priority.${it}`) }))]} onChange={(chosen) => setThen({ priority: priorityOf(chosen) })} testId="rule-priority" />
      </Grid>
      {skills.length > 0 && <h3>{t("settings.routing.skills")}</h3>}
      {skills.map((need, index) => (
        <div key={index} className={css.rowLine}>
          <SuggestField label={t("settings.routing.skill")} value={need.skill} options={knownSkills(setup)} onChange={(skill) => setThen({ skills: skills.map((it, at) => (at === index ? { ...it, skill } : it)) })} />
          <NumberField label={t("settings.routing.level")} min={1} max={5} value={need.level} onChange={(level) => setThen({ skills: skills.map((it, at) => (at === index ? { ...it, level: level ?? 1 } : it)) })} />
          <IconButton icon="cross" label={t("settings.routing.removeSkill", { skill: need.skill })} onClick={() => setThen({ skills: skills.filter((_, at) => at !== index) })} />
        </div>
      ))}
      <div><Button size="xs" icon="plus" onClick={() => setThen({ skills: [...skills, { skill: "", level: 1 }] })}>{t("settings.routing.addSkill")}</Button></div>
    </div>
  );
}

function ConditionRow({ setup, condition, onChange, onRemove }: { setup: Setup; condition: Condition; onChange: (condition: Condition) => void; onRemove: () => void }) {
  const { t } = useTranslation();
  const kind = kindOf(condition);
  const label = t(`settings.routing.condition.${kind}`);
  const shared = { label, bare: true, value: valuesOf(condition), onChange: (values: string[]) => onChange(conditionOf(kind, values)), testId: "condition-values" };
  const things = kind === "company" ? setup.companies : kind === "category" ? setup.categories : null;
  const choose = (chosen: string): void => {
    const next: Kind = KINDS.find((it) => it === chosen) ?? kind;
    const ids = (it: Kind): boolean => it === "company" || it === "category";
    onChange(conditionOf(next, ids(next) || ids(kind) ? [] : valuesOf(condition)));
  };
  return (
    <div className={css.condition} data-testid="condition">
      <SelectField label={t("settings.routing.when")} bare value={kind} options={KINDS.map((it) => ({ value: it, label: t(`settings.routing.condition.${it}`) }))} onChange={choose} testId="condition-kind" />
      {things !== null ? <PickField {...shared} nothing={t("settings.nothingFound")} options={byName<{ id: string; setup: { name: string } }>(things).map((it) => ({ value: it.id, label: it.setup.name }))} /> : <TagsField {...shared} hint={kind === "company" || kind === "category" ? undefined : t(`settings.routing.conditionHint.${kind}`)} />}
      <IconButton icon="cross" label={t("settings.routing.removeCondition", { condition: label })} onClick={onRemove} />
    </div>
  );
}
