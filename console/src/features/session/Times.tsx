/** The times of a session: since when, until when, and how long it took; where it stands while it waits. */

import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import type { InLine, KeptClock, Session } from "@/api";
import { duration, exactMoment, minutesSpent, moment } from "@/i18n/format";
import { pressing, toneOf, wordsOf } from "@/shared/urgency";
import { Facts, Mark, Notice, useNow } from "@/ui";

import css from "./session.module.css";

export function Times({ session, place }: { session: Session; place: InLine | null }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { times, came_at: came } = session;
  if (came == null || times == null) return null;
  const { language } = i18n;
  const press = pressing(session, now);
  const end = session.closed_at ?? now;
  const answered = times.answered_at ?? null;
  return (
    <section data-testid="times">
      <h2>{t("times.title")}</h2>
      {press !== null && <Notice tone={toneOf(press)} icon={press.what === "soon" ? "clock" : "alert"} testId="pressing">{wordsOf(t, press, now, language)}</Notice>}
      <Facts items={[
        [t("times.came"), <span key="came" title={exactMoment(came, language)}>{moment(came, now, language)}</span>],
        ...(place === null ? [] : [
          [t("times.place"), <span key="place" data-testid="place">{t("times.placeOf", { place: place.place, of: place.of })}</span>] as const,
          [t("times.wait"), <span key="wait" data-testid="estimate">{estimateText(t, place.estimate, language)}</span>] as const,
        ]),
        [t("times.answered"), answered === null ? t("times.notYet") : t("times.afterWait", { time: duration(answered - came, language) })],
        [t("times.reaction"), <Clock key="reaction" clock={times.reaction} now={now} />],
        [t("times.resolution"), <Clock key="resolution" clock={times.resolution} now={now} />],
        [t("times.total"), duration(end - came, language)],
      ]} />
      <p>{t("times.openingTime")}</p>
    </section>
  );
}

function Clock({ clock, now }: { clock: KeptClock; now: number }) {
  const { t, i18n } = useTranslation();
  const { ran, kept, due } = clock;
  if (ran != null) {
    const time = duration(ran * 1000, i18n.language);
    if (kept == null) return time;
    return <Mark tone={kept ? "good" : "bad"}>{kept ? t("times.inTarget", { time }) : t("times.missed", { time })}</Mark>;
  }
  if (due == null) return t(clock.level == null ? "times.noTarget" : "times.paused");
  const at = moment(due, now, i18n.language);
  return <Mark tone={due <= now ? "bad" : clock.level === "amber" ? "warn" : "neutral"}>{due <= now ? t("times.lateSince", { at }) : t("times.due", { at })}</Mark>;
}

export function estimateText(t: TFunction, estimate: InLine["estimate"], language: string): string {
  if (estimate === "now") return t("times.estimate.now");
  if ("unknown" in estimate) return t(`times.estimate.${estimate.unknown.why}`);
  const { from, to } = estimate.between;
  const minutes = (seconds: number): string => minutesSpent(Math.round(seconds / 60), language);
  return from === 0 ? t("times.estimate.upTo", { to: minutes(to) }) : t("times.estimate.between", { from: minutes(from), to: minutes(to) });
}

/** What the channel's manager wants to be said and asked. */
export function Script({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <section data-testid="script">
      <h2>{t("times.script")}</h2>
      <p className={css.script}>{text}</p>
    </section>
  );
}
