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
  fallback_order: setup.fallback_order ?? ["collaborator", "group", "channel", "fallback_channel"],
  hours: setup.hours ?? null,
  pause: setup.pause ?? null,
  most_waiting: setup.most_waiting ?? null,
  otherwise: setup.otherwise ?? "turn_away",
  waiting_limit: setup.waiting_limit ?? "never",
  ageing: setup.ageing ?? { normal: 1800, high: 7200, urgent: 28_800 },
  targets: setup.targets ?? null,
  ask_again: setup.ask_again ?? true,
  closing: { confirm: false, confirm_days: 3, reopen: { business_days: 5 }, no_contact_days: 5, ...setup.closing },
  script: setup.script ?? null,
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

export const TABS = ["general", "members", "routing", "closing", "form", "links"] as const;
export type Tab = (typeof TABS)[number];

/** Which page a part is changed on. The others are kept as they are. */
export const TAB_OF: Partial<Record<keyof ChannelSetup, Tab>> = {
  name: "general", kind: "general", closing: "closing", description: "general", waiting_limit: "general", ageing: "general", technicians: "members", groups: "members", policy: "routing", rules: "routing", form: "form",
  name: "general", kind: "general", closing: "closing", description: "general", waiting_limit: "general", ask_again: "general", ageing: "general", technicians: "members", groups: "members", policy: "routing", rules: "routing",
};
export const NEEDS: Record<Tab, Permission> = { general: "channel_configure", members: "channel_members", routing: "channel_rules", closing: "channel_configure", form: "channel_configure", links: "channel_links" };

export const wrongDays = (days: number): boolean => !Number.isInteger(days) || days < 1 || days > 366;

/** What has to be put right before the relay is asked; it checks again, and more. */
export function faults(t: TFunction, channel: ChannelSetup): string[] {
  const found: string[] = [];
  if (channel.name.trim() === "") found.push(t("settings.nameRequired"));
  const limit = channel.waiting_limit;
  if (limit !== "never" && (limit.minutes < 1 || limit.minutes > 999)) found.push(t("settings.channel.fault.waiting"));
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
  return found;
}
