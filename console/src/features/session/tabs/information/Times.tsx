import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";

import { useSession, type InLine, type KeptClock, type Session } from "@/api";
import { duration, exactMoment, minutesSpent, moment } from "@/i18n/format";
import { pressing, toneOf, wordsOf } from "@/shared/urgency";
import { Facts, Mark, Notice, useNow } from "@/ui";

/** When what was, and how long it took; until when it has to be; and where the person stands who waits. */
export function Times({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { place } = useSession(session.id);
  const { created_at: opened, came_at: came, started_at: started, closed_at: closed, times } = session;
  const at = (time: number) => <time dateTime={new Date(time).toISOString()} title={exactMoment(time, i18n.language)}>{moment(time, now, i18n.language)}</time>;
  const took = (from: number, to: number): string => duration(to - from, i18n.language);
  const waiting = session.state === "waiting";
  const open = waiting || session.state === "active";
  const press = open ? pressing(session, now) : null;
  const answered = times?.answered_at ?? null;
  return (
    <section data-testid="times">
      <h2>{t("sessionTabs.times.title")}</h2>
      {press !== null && <Notice tone={toneOf(press)} icon={press.what === "soon" ? "clock" : "alert"} testId="pressing">{wordsOf(t, press, now, i18n.language)}</Notice>}
      <Facts items={[
        [t("sessionTabs.times.opened"), at(opened)],
        ...(came == null ? [] : [[t("sessionTabs.times.came"), at(came)] as const]),
        ...(came == null || (started == null && !waiting) ? [] : [[t("sessionTabs.times.waited"), took(came, waiting ? now : (started ?? now))] as const]),
        ...(!waiting || place === null ? [] : [
          [t("times.place"), <span key="place" data-testid="place">{t("times.placeOf", { place: place.place, of: place.of })}</span>] as const,
          [t("times.wait"), <span key="wait" data-testid="estimate">{estimateText(t, place.estimate, i18n.language)}</span>] as const,
        ]),
        ...(came == null || answered === null ? [] : [[t("times.answered"), t("times.afterWait", { time: took(came, answered) })] as const]),
        ...(started == null || waiting ? [] : [[t("sessionTabs.times.started"), at(started)] as const, [t("sessionTabs.times.worked"), took(started, closed ?? now)] as const]),
        ...(times == null || session.state === "expired" ? [] : [
          [t("times.reaction"), <Clock key="reaction" clock={times.reaction} now={now} />] as const,
          [t("times.resolution"), <Clock key="resolution" clock={times.resolution} now={now} />] as const,
        ]),
        ...(closed == null ? [] : [[t("sessionTabs.times.closed"), at(closed)] as const]),
        ...(came == null || closed == null ? [] : [[t("times.total"), took(came, closed)] as const]),
      ]} />
      {times != null && <p>{t("times.openingTime")}</p>}
    </section>
  );
}

function Clock({ clock: { ran, kept, due, level }, now }: { clock: KeptClock; now: number }) {
  const { t, i18n } = useTranslation();
  if (ran != null) {
    const time = duration(ran * 1000, i18n.language);
    if (kept == null) return time;
    return <Mark tone={kept ? "good" : "bad"}>{kept ? t("times.inTarget", { time }) : t("times.missed", { time })}</Mark>;
  }
  if (due == null) return t(level == null ? "times.noTarget" : "times.paused");
  const at = moment(due, now, i18n.language);
  return <Mark tone={due <= now ? "bad" : level === "amber" ? "warn" : "neutral"}>{due <= now ? t("times.lateSince", { at }) : t("times.due", { at })}</Mark>;
}

function estimateText(t: TFunction, estimate: InLine["estimate"], language: string): string {
  if (estimate === "now") return t("times.estimate.now");
  if ("unknown" in estimate) return t(`times.estimate.${estimate.unknown.why}`);
  const { from, to } = estimate.between;
  const minutes = (seconds: number): string => minutesSpent(Math.round(seconds / 60), language);
  return from === 0 ? t("times.estimate.upTo", { to: minutes(to) }) : t("times.estimate.between", { from: minutes(from), to: minutes(to) });
}
