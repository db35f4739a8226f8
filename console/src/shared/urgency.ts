/** What presses about a session: a clock that runs out, or its own end. Pure. */

import type { TFunction } from "i18next";

import type { KeptClock, Session } from "@/api";
import { duration } from "@/i18n/format";

export type Pressing =
  | { what: "expires"; at: number }
  | { what: "late" | "soon"; clock: "reaction" | "resolution"; due: number };

/** The most serious thing first; null when there is time. An alarm is the relay's word, so that all see the same. */
export function pressing(session: Session, now: number): Pressing | null {
  if (session.red_at != null && session.expires_at != null && now >= session.red_at) return { what: "expires", at: session.expires_at };
  for (const level of ["red", "amber"] as const) {
    for (const clock of ["reaction", "resolution"] as const) {
      const kept = session.times?.[clock];
      if (kept != null && runs(kept) && kept.level === level) return { what: level === "red" ? "late" : "soon", clock, due: kept.due };
    }
  }
  return null;
}

const runs = (clock: KeptClock): clock is KeptClock & { due: number } => clock.ran == null && clock.due != null;

export const toneOf = (it: Pressing): "warn" | "bad" => (it.what === "soon" ? "warn" : "bad");

/** In words: never by colour alone. */
export function wordsOf(t: TFunction, it: Pressing, now: number, language: string): string {
  if (it.what === "expires") return t("queue.expiresSoon", { time: duration(it.at - now, language) });
  return it.what === "late" ? t(`times.late.${it.clock}`, { time: duration(now - it.due, language) }) : t(`times.soon.${it.clock}`, { time: duration(it.due - now, language) });
}
