import { useTranslation } from "react-i18next";

import { Check, Grid, Group, NumberField, Radios, SelectField, TextArea, TextField } from "@/ui";

import { byName } from "../names";
import type { PanelProps } from "./ChannelPage";
import { ageingFault, wrongHours } from "./parts";

export function General({ setup, id, draft }: PanelProps) {
  const { t } = useTranslation();
  const { value, set } = draft;
  const others = byName(setup.channels).filter((it) => it.id !== id);
  const otherwise = typeof value.otherwise === "string" ? value.otherwise : value.otherwise.fallback;
  const limit = value.waiting_limit;
  const ageing = (key: "normal" | "high" | "urgent") => (
    <NumberField label={t(`settings.channel.ageingOf.${key}`)} value={Math.round(value.ageing[key] / 60)} max={10_080} error={ageingFault(value.ageing) && key === "urgent" ? t("settings.channel.fault.ageing") : undefined} onChange={(minutes) => set({ ageing: { ...value.ageing, [key]: (minutes ?? 0) * 60 } })} />
  );
  return (
    <>
      <TextField label={t("settings.name")} value={value.name} maxLength={80} autoComplete="off" error={value.name.trim() === "" ? t("settings.nameRequired") : undefined} onChange={(name) => set({ name })} testId="name" />
      <TextArea label={t("settings.description")} rows={2} maxLength={500} value={value.description ?? ""} onChange={(description) => set({ description: description === "" ? null : description })} testId="description" />
      <Radios label={t("life.closing.kind")} value={value.kind} onChange={(chosen) => set({ kind: chosen === "in_person" ? "in_person" : "remote" })} options={[{ value: "remote", label: t("life.closing.remote"), hint: t("life.closing.remoteHint") }, { value: "in_person", label: t("life.closing.inPerson"), hint: t("life.closing.inPersonHint") }]} />
      <Group title={t("settings.channel.limits")}>
        <Radios label={t("settings.channel.waitingLimit")} value={value.waiting_limit === "never" ? "never" : "minutes"} onChange={(chosen) => set({ waiting_limit: chosen === "never" ? "never" : { minutes: 60 } })} options={[{ value: "never", label: t("settings.channel.never") }, { value: "minutes", label: t("settings.channel.minutes"), hint: t("settings.channel.waitingMinutesHint") }]} />
        {limit !== "never" && <NumberField label={t("settings.channel.waitingMinutes")} value={limit.minutes === 0 ? null : limit.minutes} min={1} max={999} error={limit.minutes < 1 || limit.minutes > 999 ? t("settings.channel.fault.waiting") : undefined} onChange={(minutes) => set({ waiting_limit: { minutes: minutes ?? 0 } })} testId="waiting-minutes" />}
        <NumberField label={t("settings.channel.linkHours")} hint={t("settings.channel.linkHoursHint")} value={value.link_life} min={1} max={720} error={wrongHours(value.link_life) ? t("settings.channel.fault.links") : undefined} onChange={(link_life) => set({ link_life })} testId="link-hours" />
        <NumberField label={t("settings.channel.mostWaiting")} hint={t("settings.channel.mostWaitingHint")} value={value.most_waiting} min={1} max={100_000} error={value.most_waiting === 0 ? t("settings.fault.nobody_may_wait") : undefined} onChange={(most_waiting) => set({ most_waiting })} testId="most-waiting" />
        <SelectField
          label={t("settings.channel.otherwise")}
          value={otherwise}
          options={[{ value: "turn_away", label: t("settings.channel.turn_away") }, { value: "let_wait", label: t("settings.channel.let_wait") }, ...others.map((it) => ({ value: it.id, label: t("settings.channel.fallbackTo", { channel: it.setup.name }) }))]}
          onChange={(chosen) => set({ otherwise: chosen === "turn_away" || chosen === "let_wait" ? chosen : { fallback: chosen } })}
          testId="otherwise"
        />
      </Group>
      <Group title={t("together.channel.title")}>
        <Check label={t("together.channel.askAgain")} hint={t("together.channel.askAgainHint")} checked={value.ask_again} onChange={(ask_again) => set({ ask_again })} testId="ask-again" />
      </Group>
      <Group title={t("settings.channel.ageing")} text={t("settings.channel.ageingText")}>
        <Grid>{ageing("normal")}{ageing("high")}{ageing("urgent")}</Grid>
      </Group>
      <TextArea label={t("settings.channel.script")} hint={t("settings.channel.scriptHint")} rows={5} maxLength={4000} value={value.script ?? ""} onChange={(script) => set({ script: script === "" ? null : script })} testId="script" />
    </>
  );
}
