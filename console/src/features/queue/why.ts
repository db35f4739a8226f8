/** Why a session is next, in words. Pure. */

import type { TFunction } from "i18next";

import type { NextUp, Session } from "@/api";
import { durationInWords } from "@/i18n/format";
import { sessionName } from "@/shared/sessionName";

const HOUR = 3600;

/** Seconds matter only where there are few of them. */
export function roughly(seconds: number, language: string): string {
  const step = seconds >= HOUR ? 60 : seconds >= 600 ? 60 : 1;
  return durationInWords(Math.floor(seconds / step) * step * 1000, language);
}

export const called = (t: TFunction, session: Session): string => `#${session.number} ${sessionName(t, session)}`;

/** One sentence: compared with the one directly after it, or that there is none. */
export function whyNext(t: TFunction, { session, place, then }: NextUp, language: string): string {
  const because = place.before?.because;
  if (because === undefined || then == null) return t("takeNext.alone");
  const other = called(t, then);
  const priorities = { mine: t(`priority.${session.priority}`), theirs: t(`priority.${then.priority}`) };
  if (because === "priority") return t("takeNext.because.priority", { other, ...priorities });
  if (because === "same_moment") return t("takeNext.because.sameMoment", { other });
  if ("older" in because) return t("takeNext.because.older", { other, time: roughly(because.older.by, language) });
  return t("takeNext.because.aged", { other, ...priorities, time: roughly(because.aged.by, language) });
}
