import type { TFunction } from "i18next";

import { ApiError } from "@/api";

/** What a person reads when a request was refused. */
export function errorText(t: TFunction, error: unknown): string {
  if (!(error instanceof ApiError)) return t("error.internal");
  switch (error.code) {
    case "already_claimed":
      return t("error.already_claimed", { owner: error.owner?.name ?? t("error.anotherTechnician") });
    case "invalid_request":
      return t("error.invalid_request", { detail: error.detail });
    default:
      return t(`error.${error.code}`);
  }
}
