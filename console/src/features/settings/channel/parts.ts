/** A channel as its pages change it: everything there, and which permission each part needs. */

import type { TFunction } from "i18next";

import type { Channel, Permission } from "@/api";

export type Question = keyof NonNullable<Channel["setup"]["form"]>;
export type FormField = NonNullable<NonNullable<Channel["setup"]["form"]>[Question]>;
type Complete = Required<Channel["setup"]>;
export type ChannelSetup = Omit<Complete, "closing" | "form"> & { closing: Required<Complete["closing"]>; form: Record<Question, Required<FormField>> };

export const complete = (setup: Channel["setup"]): ChannelSetup => ({
  name: setup.name,
  description: setup.description ?? null,
  kind: setup.kind ?? "remote",
  technicians: setup.technicians ?? [],
  groups: setup.groups ?? [],
  policy: setup.policy ?? "manual",
  rules: setup.rules ?? [],
  fallback: setup.fallback ?? null,
  fallback_after: setup.fallback_after ?? "never",
  fallback_order: setup.fallback_order ?? ["collaborator", "group", "channel", "fallback_channel"],
  hours: setup.hours ?? null,
  pause: setup.pause ?? null,
  most_waiting: setup.most_waiting ?? null,
  otherwise: setup.otherwise ?? "turn_away",
  waiting_limit: setup.waiting_limit ?? "never",
  link_life: setup.link_life ?? null,
  ageing: setup.ageing ?? { normal: 1800, high: 7200, urgent: 28_800 },
  targets: setup.targets ?? null,
  ask_again: setup.ask_again ?? true,
  closing: { confirm: false, confirm_days: 3, reopen: { business_days: 5 }, no_contact_days: 5, ...setup.closing },
  script: setup.script ?? null,
  privacy: setup.privacy ?? null,
  form: completeForm(setup.form),
});

/** What is asked unless the manager said otherwise. */
const USUAL: Record<Question, Required<FormField>> = {
  name: { asked: "required", label: null },
  contact: { asked: "optional", label: null },
  department: { asked: "no", label: null },
  company: { asked: "no", label: null },
  category: { asked: "no", label: null },
  subject: { asked: "required", label: null },
};
export const QUESTIONS = ["name", "contact", "department", "company", "category", "subject"] as const satisfies readonly Question[];

function completeForm(form: Channel["setup"]["form"]): Record<Question, Required<FormField>> {
  const field = (question: Question) => ({ ...USUAL[question], ...form?.[question] });
  return { name: field("name"), contact: field("contact"), department: field("department"), company: field("company"), category: field("category"), subject: field("subject") };
}

export function mapForm(form: ChannelSetup["form"], change: (field: Required<FormField>) => Required<FormField>): ChannelSetup["form"] {
  return { name: change(form.name), contact: change(form.contact), department: change(form.department), company: change(form.company), category: change(form.category), subject: change(form.subject) };
}

export const TABS = ["general", "members", "hours", "routing", "targets", "closing", "pause", "form", "links"] as const;
export type Tab = (typeof TABS)[number];

/** Which page a part is changed on. */
export const TAB_OF: Record<keyof ChannelSetup, Tab> = {
  name: "general", description: "general", kind: "general", waiting_limit: "general", link_life: "general", ask_again: "general", most_waiting: "general", otherwise: "general", ageing: "general", script: "general",
  technicians: "members", groups: "members", hours: "hours", policy: "routing", rules: "routing", fallback: "routing", fallback_order: "routing", fallback_after: "routing", targets: "targets", closing: "closing", pause: "pause", form: "form", privacy: "form",
};
export const NEEDS: Record<Tab, Permission> = { general: "channel_configure", members: "channel_members", hours: "channel_hours", routing: "channel_rules", targets: "channel_hours", closing: "channel_configure", pause: "channel_pause", form: "channel_configure", links: "channel_links" };

type Calendar = NonNullable<ChannelSetup["hours"]>;
export const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;
export type Day = (typeof DAYS)[number];
export const WORKDAYS: readonly Day[] = DAYS.slice(0, 5);
export type Opening = { from: string; to: string };
export const openings = (calendar: Calendar, day: Day): readonly Opening[] => calendar.week?.[day] ?? [];
export const weekOf = (hours: (day: Day) => readonly Opening[]): NonNullable<Calendar["week"]> => {
  const day = (name: Day): Opening[] => hours(name).map((it) => ({ ...it }));
  return { monday: day("monday"), tuesday: day("tuesday"), wednesday: day("wednesday"), thursday: day("thursday"), friday: day("friday"), saturday: day("saturday"), sunday: day("sunday") };
};

/** Minutes of `HH:MM`, at most 24:00; null for anything else. */
export function minutesOf(time: string): number | null {
  const found = /^(\d{1,2}):(\d{2})$/.exec(time.trim());
  if (found === null) return null;
  const [hours, minutes] = [Number(found[1]), Number(found[2])];
  const all = hours * 60 + minutes;
  return minutes < 60 && all <= 24 * 60 ? all : null;
}

/** What is wrong with the hours of a day: the first thing. */
export function faultOf(hours: readonly Opening[]): "time" | "order" | "overlap" | null {
  const parsed = hours.map(({ from, to }) => [minutesOf(from), minutesOf(to)] as const);
  if (parsed.some(([from, to]) => from === null || to === null)) return "time";
  const sorted = parsed.map(([from, to]) => [from ?? 0, to ?? 0] as const).sort((a, b) => a[0] - b[0]);
  if (sorted.some(([from, to]) => to <= from)) return "order";
  return sorted.some(([from], index) => index > 0 && from < (sorted[index - 1]?.[1] ?? 0)) ? "overlap" : null;
}

/** Minutes: the relay's longest target. */
export const LONGEST_TARGET = 60_000;
/** The largest head start, in seconds. */
const LONGEST_HEAD_START = 7 * 86_400;
const RISING = ["low", "normal", "high", "urgent"] as const;
type TargetFault = "longest" | "below" | "reaction";

/** Targets that are out of range, or contradict another: at the field that is to be changed. */
export function targetFaults(targets: ChannelSetup["targets"]): Record<"reaction" | "resolution", Partial<Record<(typeof RISING)[number], TargetFault>>> {
  const found: ReturnType<typeof targetFaults> = { reaction: {}, resolution: {} };
  if (targets === null) return found;
  for (const clock of ["reaction", "resolution"] as const) {
    let below: number | null = null;
    for (const priority of RISING) {
      const minutes = targets[clock][priority] ?? null;
      if (minutes === null) continue;
      const reaction = targets.reaction[priority] ?? null;
      if (minutes < 1 || minutes > LONGEST_TARGET) found[clock][priority] = "longest";
      else if (below !== null && minutes > below) found[clock][priority] = "below";
      else if (clock === "resolution" && reaction !== null && minutes < reaction) found[clock][priority] = "reaction";
      below = minutes;
    }
  }
  return found;
}

export const ageingFault = ({ normal, high, urgent }: ChannelSetup["ageing"]): boolean => normal > high || high > urgent || urgent > LONGEST_HEAD_START;

export const wrongHours = (hours: number | null): boolean => hours !== null && (hours < 1 || hours > 720);

export const wrongDays = (days: number): boolean => !Number.isInteger(days) || days < 1 || days > 366;

/** What has to be put right before the relay is asked; it checks again, and more. */
export function faults(t: TFunction, channel: ChannelSetup): string[] {
  const found: string[] = [];
  if (channel.name.trim() === "") found.push(t("settings.nameRequired"));
  const limit = channel.waiting_limit;
  if (limit !== "never" && (limit.minutes < 1 || limit.minutes > 999)) found.push(t("settings.channel.fault.waiting"));
  if (wrongHours(channel.link_life)) found.push(t("settings.channel.fault.links"));
  if (channel.most_waiting === 0) found.push(t("settings.fault.nobody_may_wait"));
  if (ageingFault(channel.ageing)) found.push(t("settings.channel.fault.ageing"));
  const after = channel.fallback_after;
  if (after !== "never" && (after.minutes < 1 || after.minutes > 999)) found.push(t("settings.channel.fault.after"));
  found.push(...hoursFaults(t, channel.hours));
  const { confirm, confirm_days, reopen, no_contact_days } = channel.closing;
  const days = [confirm ? confirm_days : 1, typeof reopen === "object" ? reopen.business_days : 1, no_contact_days ?? 1];
  if (days.some(wrongDays)) found.push(t("life.closing.fault"));
  channel.rules.forEach((rule, index) => {
    const number = index + 1;
    if (rule.name.trim() === "") found.push(t("settings.routing.fault.name", { number }));
    const { to, priority, skills } = rule.then;
    if (to == null && priority == null && skills.length === 0) found.push(t("settings.routing.fault.idle", { number }));
    if ((rule.when ?? []).some((condition) => Object.values(condition).some((values: unknown) => Array.isArray(values) && values.length === 0))) found.push(t("settings.routing.fault.empty", { number }));
    if (skills.some(({ skill }) => skill.trim() === "")) found.push(t("settings.routing.fault.skill", { number }));
  });
  const targets = targetFaults(channel.targets);
  if (Object.keys(targets.reaction).length + Object.keys(targets.resolution).length > 0) found.push(t("settings.channel.fault.summary"));
  if (channel.targets !== null && (channel.targets.amber < 1 || channel.targets.amber > 99)) found.push(t("settings.channel.fault.amber"));
  return found;
}

function hoursFaults(t: TFunction, hours: ChannelSetup["hours"]): string[] {
  if (hours === null) return [];
  const found: string[] = [];
  for (const day of DAYS) {
    const fault = faultOf(openings(hours, day));
    if (fault !== null) found.push(t(`settings.hours.fault.${fault}`, { day: t(`settings.hours.day.${day}`) }));
  }
  for (const holiday of hours.holidays ?? []) {
    if (!/^(\d{4}-)?\d\d-\d\d$/.test(holiday.on)) found.push(t("settings.hours.fault.date"));
    const fault = faultOf(holiday.hours ?? []);
    if (fault !== null) found.push(t(`settings.hours.fault.${fault}`, { day: (holiday.name ?? "") === "" ? holiday.on : (holiday.name ?? holiday.on) }));
  }
  const never = DAYS.every((day) => openings(hours, day).length === 0) && (hours.holidays ?? []).every((holiday) => (holiday.hours ?? []).length === 0);
  return never ? [...found, t("settings.hours.fault.never")] : found;
}
