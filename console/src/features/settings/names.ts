/** What things are called, by their ids. */

import type { TFunction } from "i18next";

import { channelName, type Permission, type Scope, type Setup } from "@/api";

import type { RoleName } from "./permissions";

export const byName = <T extends { setup: { name: string } }>(things: readonly T[]): T[] => [...things].sort((a, b) => a.setup.name.localeCompare(b.setup.name));

export const roleKey = (role: RoleName): string => (typeof role === "string" ? role : role.custom);

export const roleName = (t: TFunction, setup: Setup, role: RoleName): string =>
  typeof role === "string" ? t(`settings.role.builtin.${role}`) : (setup.roles.find((it) => it.id === role.custom)?.setup.name ?? t("settings.removed"));

export const scopeName = (t: TFunction, setup: Setup, on: Scope): string => (on === "desk" ? t("settings.wholeDesk") : t("settings.channelOf", { channel: channelName(setup, on.channel) }));

export const technicianName = (t: TFunction, setup: Setup, id: string): string => setup.technicians.find((it) => it.id === id)?.name ?? t("settings.removed");
export const groupName = (t: TFunction, setup: Setup, id: string): string => setup.groups.find((it) => it.id === id)?.setup.name ?? t("settings.removed");
export const companyName = (t: TFunction, setup: Setup, id: string): string => setup.companies.find((it) => it.id === id)?.setup.name ?? t("settings.removed");
export const categoryName = (t: TFunction, setup: Setup, id: string): string => setup.categories.find((it) => it.id === id)?.setup.name ?? t("settings.removed");

/** Why somebody may not: null when they may. */
export const whyNot = (t: TFunction, allowed: boolean, permission: Permission): string | null => (allowed ? null : t("settings.mayNot", { permission: t(`settings.permission.${permission}`) }));

/** Who works in a channel, and through which of its groups; they themselves first. */
export function membersOf(setup: Setup, channel: { technicians: readonly string[]; groups: readonly string[] }): Map<string, string[]> {
  const members = new Map<string, string[]>();
  for (const id of channel.technicians) members.set(id, []);
  for (const group of setup.groups.filter((it) => channel.groups.includes(it.id))) for (const id of group.setup.members ?? []) members.set(id, [...(members.get(id) ?? []), group.id]);
  return members;
}
