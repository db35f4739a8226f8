import type { TFunction } from "i18next";

import type { Decision, Setup } from "@/api";

import { companyName, roleName, scopeName } from "../names";

type Reason = Decision["reasons"][number];

/** One link in the chain, as a sentence. */
export function reasonText(t: TFunction, setup: Setup, reason: Reason): string {
  if (reason === "no_role" || reason === "owner" || reason === "disabled") return t(`settings.explain.reason.${reason}`);
  if ("company_closed" in reason) return t("settings.explain.reason.company_closed", { company: reason.company_closed.company == null ? t("settings.explain.reason.noCompany") : companyName(t, setup, reason.company_closed.company) });
  if ("technician_changed" in reason) return t(reason.technician_changed.effect === "allow" ? "settings.explain.reason.technician_allowed" : "settings.explain.reason.technician_denied", { on: scopeName(t, setup, reason.technician_changed.on) });
  const words = (it: { role: Parameters<typeof roleName>[2]; on: Parameters<typeof scopeName>[2] }) => ({ role: roleName(t, setup, it.role), on: scopeName(t, setup, it.on) });
  if ("role_changed" in reason) return t(reason.role_changed.effect === "allow" ? "settings.explain.reason.role_allowed" : "settings.explain.reason.role_denied", words(reason.role_changed));
  if ("role_elsewhere" in reason) return t("settings.explain.reason.role_elsewhere", words(reason.role_elsewhere));
  return "role_gives" in reason ? t("settings.explain.reason.role_gives", words(reason.role_gives)) : t("settings.explain.reason.role_lacks", words(reason.role_lacks));
}
