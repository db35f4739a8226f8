/** Rules as they are edited, and what they say in short. */

import type { TFunction } from "i18next";

import type { Priority, Setup } from "@/api";

import { categoryName, companyName, groupName, technicianName } from "../names";
import type { ChannelSetup } from "./parts";

export type Rule = ChannelSetup["rules"][number];
export type Condition = NonNullable<Rule["when"]>[number];
export type Target = NonNullable<Rule["then"]["to"]>;

export const KINDS = ["any_word", "all_words", "department", "company", "category", "language", "system", "asset"] as const;
export type Kind = (typeof KINDS)[number];

export const kindOf = (condition: Condition): Kind => KINDS.find((kind) => kind in condition) ?? "any_word";
export const valuesOf = (condition: Condition): readonly string[] => Object.values<string[]>(condition)[0] ?? [];
export const conditionOf = (kind: Kind, values: readonly string[]): Condition => ({ [kind]: [...values] }) as Condition;

export const keyOf = (to: Target | null | undefined): string => (to == null ? "" : "channel" in to ? `channel:${to.channel}` : "group" in to ? `group:${to.group}` : `technician:${to.technician}`);
export function targetOf(key: string): Target | null {
  const [kind, id] = key.split(":");
  if (id === undefined) return null;
  return kind === "channel" ? { channel: id } : kind === "group" ? { group: id } : { technician: id };
}

export function targetName(t: TFunction, setup: Setup, to: Target): string {
  if ("channel" in to) return t("settings.routing.toChannel", { name: setup.channels.find((it) => it.id === to.channel)?.setup.name ?? t("settings.removed") });
  return "group" in to ? t("settings.routing.toGroup", { name: groupName(t, setup, to.group) }) : technicianName(t, setup, to.technician);
}

export function conditionText(t: TFunction, setup: Setup, condition: Condition): string {
  const kind = kindOf(condition);
  const words = valuesOf(condition).map((it) => (kind === "company" ? companyName(t, setup, it) : kind === "category" ? categoryName(t, setup, it) : it));
  return `${t(`settings.routing.condition.${kind}`)}: ${words.join(", ")}`;
}

/** `Any of these words: vpn → group Network, priority high`. */
export function summary(t: TFunction, setup: Setup, rule: Rule): string {
  const when = (rule.when ?? []).map((it) => conditionText(t, setup, it)).join(` ${t("settings.routing.and")} `);
  const { to, priority, skills } = rule.then;
  const then = [
    ...(to == null ? [] : [t("settings.routing.summary.to", { target: targetName(t, setup, to) })]),
    ...(priority == null ? [] : [t("settings.routing.summary.priority", { priority: t(`settings.priority.${priority}`).toLocaleLowerCase() })]),
    ...(skills.length === 0 ? [] : [t("settings.routing.summary.skills", { skills: skills.map((it) => `${it.skill} ${it.level}`).join(", ") })]),
  ];
  return `${when === "" ? t("settings.routing.always") : when} → ${then.length === 0 ? t("settings.routing.summary.nothing") : then.join(", ")}`;
}

/** One of a list goes one place up (-1) or down (1), or to where another is. */
export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  if (to < 0 || to >= list.length || from === to) return [...list];
  const rest = list.filter((_, index) => index !== from);
  const it = list[from];
  return it === undefined ? [...list] : [...rest.slice(0, to), it, ...rest.slice(to)];
}

export const priorityOf = (text: string): Priority | null => (["low", "normal", "high", "urgent"] as const).find((it) => it === text) ?? null;

/** Skills that somebody has or a rule asks for, once each. */
export function knownSkills(setup: Setup): string[] {
  const all = [...setup.technicians.flatMap((it) => Object.keys(it.setup.skills ?? {})), ...setup.channels.flatMap((it) => (it.setup.rules ?? []).flatMap((rule) => rule.then.skills.map((need) => need.skill)))];
  return Array.from(new Set(all)).sort((a, b) => a.localeCompare(b));
}
