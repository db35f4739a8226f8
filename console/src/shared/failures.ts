/** What fails in this browser, and is no answer of the relay. */

import type { TFunction } from "i18next";

import { ApiError, isErrorCode } from "@/api";

import { errorText } from "./errorText";

const OWN = {
  no_secret: { title: "stage.noSecretTitle", text: "stage.noSecretText", again: false },
  no_transform: { title: "stage.noTransformTitle", text: "stage.noTransformText", again: false },
  no_answer: { title: "stage.failedTitle", text: "stage.noAnswer", again: true },
  bad_peer: { title: "stage.failedTitle", text: "stage.badPeer", again: true },
} as const;

const isOwn = (code: string): code is keyof typeof OWN => Object.hasOwn(OWN, code);

/** `again`: trying once more may help. */
export function failureWords(t: TFunction, code: string): { title: string; text: string; again: boolean } {
  if (!isOwn(code)) return { title: t("stage.failedTitle"), text: errorText(t, new ApiError(isErrorCode(code) ? code : "internal")), again: true };
  const { title, text, again } = OWN[code];
  return { title: t(title), text: t(text), again };
}
