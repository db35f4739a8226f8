/** What the relay found wrong with a channel, in the person's words, and the page that it is about. */

import type { TFunction } from "i18next";

import type { SetupFault } from "@/api";

import { DAYS, type Tab } from "./parts";

/** A weekday by its name here; a holiday as it was written. */
const dayName = (t: TFunction, day: string): string => {
  const weekday = DAYS.find((it) => it === day);
  return weekday === undefined ? day : t(`settings.hours.day.${weekday}`);
};

export function faultText(t: TFunction, fault: SetupFault): string {
  if ("hours" in fault) {
    const { error } = fault.hours;
    if (error === "too_many_holidays" || error === "never_open") return t(`settings.fault.${error}`);
    if ("unknown_zone" in error) return t("settings.fault.unknown_zone", { zone: error.unknown_zone });
    if ("not_a_time" in error) return t("settings.fault.not_a_time", { ...error.not_a_time, day: dayName(t, error.not_a_time.day) });
    if ("backwards" in error) return t("settings.fault.backwards", { ...error.backwards, day: dayName(t, error.backwards.day) });
    if ("overlap" in error) return t("settings.fault.overlap", { ...error.overlap, day: dayName(t, error.overlap.day) });
    if ("too_many_hours" in error) return t("settings.fault.too_many_hours", { day: dayName(t, error.too_many_hours.day) });
    if ("not_a_day" in error) return t("settings.fault.not_a_day", { text: error.not_a_day });
    return t("settings.fault.twice", { day: error.twice });
  }
  if ("rules" in fault) {
    const { error } = fault.rules;
    if (error === "too_many_rules") return t("settings.fault.too_many_rules");
    if ("level" in error) return t("settings.fault.level");
    const [[kind, { rule, name }]] = Object.entries(error) as [[keyof typeof RULE_FAULTS, { rule: number; name: string }]];
    return t("settings.fault.rules", { rule, name, why: t(`settings.fault.rule.${RULE_FAULTS[kind]}`) });
  }
  if ("rule_cycle" in fault) return t("settings.fault.rule_cycle", { way: fault.rule_cycle });
  if ("fallback_to_itself" in fault) return t("settings.fault.fallback_to_itself", { channel: fault.fallback_to_itself });
  if ("fallback_cycle" in fault) return t("settings.fault.fallback_cycle", { way: fault.fallback_cycle });
  if ("missing" in fault) return t("settings.fault.missing", { by: fault.missing.by });
  if ("stranger" in fault) return t("settings.fault.stranger", { rule: fault.stranger.rule });
  if ("nobody_may_wait" in fault) return t("settings.fault.nobody_may_wait");
  if ("placeholder" in fault) return t("settings.fault.placeholder", { ...fault.placeholder });
  return t("settings.fault.name_taken", { name: fault.name_taken.name });
}

const RULE_FAULTS = { does_nothing: "does_nothing", empty: "empty", wordless: "wordless", too_many: "tooMany", unreachable: "unreachable" } as const;

/** Where it is put right; null when it may be anywhere. */
export function tabOf(fault: SetupFault): Tab | null {
  if ("hours" in fault) return "hours";
  if ("rules" in fault || "rule_cycle" in fault || "stranger" in fault || "fallback_cycle" in fault || "fallback_to_itself" in fault) return "routing";
  if ("nobody_may_wait" in fault || "name_taken" in fault) return "general";
  return null;
}
