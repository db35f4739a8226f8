import type { TFunction } from "i18next";

import type { Scope, Setup } from "@/api";
import type { Option } from "@/ui";

import { byName, roleKey, roleName } from "../names";
import { BUILT_IN, mayAssign, onlyWholeDesk, type RoleName } from "../permissions";

export const isOwner = (setup: Setup, id: string | undefined): boolean => (setup.technicians.find((it) => it.id === id)?.setup.holds ?? []).some((held) => held.role === "owner");

/** The roles that the person may give there. */
export function roleOptions(t: TFunction, setup: Setup, on: Scope, owner: boolean): Option[] {
  const all: RoleName[] = [...BUILT_IN, ...byName(setup.roles).map((it) => ({ custom: it.id }))];
  return all.filter((role) => (on === "desk" || !onlyWholeDesk(role)) && mayAssign(setup, role, on, owner)).map((role) => ({ value: roleKey(role), label: roleName(t, setup, role) }));
}

export const roleFrom = (key: string): RoleName | null => (key === "" ? null : (BUILT_IN.find((it) => it === key) ?? { custom: key }));
