import { useTranslation } from "react-i18next";

import { Check, Radios, Grid, Group, NumberField, TextArea, TextField } from "@/ui";

import type { PanelProps } from "./ChannelPage";

export function General({ draft }: Pick<PanelProps, "draft">) {
  const { t } = useTranslation();
  const { value, set } = draft;
  const ageing = (key: "normal" | "high" | "urgent") => (
    <NumberField label={t(`settings.channel.ageingOf.${key}`)} value={Math.round(value.ageing[key] / 60)} max={10_080} onChange={(minutes) => set({ ageing: { ...value.ageing, [key]: (minutes ?? 0) * 60 } })} />
  );
  return (
    <>
      <TextField label={t("settings.name")} value={value.name} maxLength={80} autoComplete="off" error={value.name.trim() === "" ? t("settings.nameRequired") : undefined} onChange={(name) => set({ name })} testId="name" />
      <TextArea label={t("settings.description")} rows={2} maxLength={500} value={value.description ?? ""} onChange={(description) => set({ description: description === "" ? null : description })} testId="description" />
      <Radios label={t("life.closing.kind")} value={value.kind} onChange={(chosen) => set({ kind: chosen === "in_person" ? "in_person" : "remote" })} options={[{ value: "remote", label: t("life.closing.remote"), hint: t("life.closing.remoteHint") }, { value: "in_person", label: t("life.closing.inPerson"), hint: t("life.closing.inPersonHint") }]} />
      <Group title={t("settings.channel.limits")}>
        <Radios label={t("settings.channel.waitingLimit")} value={value.waiting_limit === "never" ? "never" : "minutes"} onChange={(chosen) => set({ waiting_limit: chosen === "never" ? "never" : { minutes: 60 } })} options={[{ value: "never", label: t("settings.channel.never") }, { value: "minutes", label: t("settings.channel.minutes"), hint: t("settings.channel.waitingMinutesHint") }]} />
        {value.waiting_limit !== "never" && <NumberField label={t("settings.channel.waitingMinutes")} value={value.waiting_limit.minutes === 0 ? null : value.waiting_limit.minutes} min={1} max={999} onChange={(minutes) => set({ waiting_limit: { minutes: minutes ?? 0 } })} testId="waiting-minutes" />}
      </Group>
      <Group title={t("together.channel.title")}>
        <Check label={t("together.channel.askAgain")} hint={t("together.channel.askAgainHint")} checked={value.ask_again} onChange={(ask_again) => set({ ask_again })} testId="ask-again" />
      </Group>
      <Group title={t("settings.channel.ageing")} text={t("settings.channel.ageingText")}>
        <Grid>{ageing("normal")}{ageing("high")}{ageing("urgent")}</Grid>
      </Group>
    </>
  );
}
