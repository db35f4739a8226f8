/** Single permissions, allowed or denied to a role or to one technician, on the whole desk or in a channel. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { cache, setup as access, type Permission, type Scope, type Setup } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { tell, tellError } from "@/ui";

export type Override = NonNullable<Setup["desk"]["setup"]["overrides"]>[number];
export type Whom = Override["whom"];
export type Settled = "role" | "allow" | "deny";

/** The same for values that mean the same. */
const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

export const overridesOf = (setup: Setup, whom: Whom): Override[] => (setup.desk.setup.overrides ?? []).filter((it) => same(it.whom, whom));

/** What is settled for somebody in exactly this place. */
export const settledHere = (setup: Setup, whom: Whom, on: Scope, permission: Permission): Settled =>
  overridesOf(setup, whom).find((it) => it.permission === permission && same(it.on, on))?.effect ?? "role";

/** Does a role give it there, after all that is settled for the role: the channel before the desk? */
export function roleGives(setup: Setup, whom: Whom, on: Scope, permission: Permission, byItself: boolean): boolean {
  const here = settledHere(setup, whom, on, permission);
  const settled = here === "role" ? settledHere(setup, whom, "desk", permission) : here;
  return settled === "role" ? byItself : settled === "allow";
}

/** Settles single permissions at once; a refusal is told, and nothing changed. */
export function useSettle(setup: Setup, whom: Whom, on: Scope, told: (permission: Permission) => string): { busy: boolean; settle: (permission: Permission, chosen: Settled) => void } {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const { version, setup: desk } = setup.desk;
  const settle = (permission: Permission, chosen: Settled): void => {
    if (busy) return;
    const others = (desk.overrides ?? []).filter((it) => !(same(it.whom, whom) && it.permission === permission && same(it.on, on)));
    setBusy(true);
    access.changeDesk(version, { ...desk, overrides: chosen === "role" ? others : [...others, { whom, on, permission, effect: chosen }] }).then(
      () => tell(told(permission)),
      (problem: unknown) => tellError(errorText(t, problem)),
    ).finally(() => void cache.invalidateQueries({ queryKey: SETUP_KEY }).finally(() => setBusy(false)));
  };
  return { busy, settle };
}
