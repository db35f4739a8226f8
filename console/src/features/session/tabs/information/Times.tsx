import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import { duration, exactMoment, moment } from "@/i18n/format";
import { Facts, useNow } from "@/ui";

/** When what was, and how long it took. */
export function Times({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { created_at: opened, came_at: came, started_at: started, closed_at: closed } = session;
  const at = (time: number) => <time dateTime={new Date(time).toISOString()} title={exactMoment(time, i18n.language)}>{moment(time, now, i18n.language)}</time>;
  const took = (from: number, to: number): string => duration(to - from, i18n.language);
  const waiting = session.state === "waiting";
  return (
    <section data-testid="times">
      <h2>{t("sessionTabs.times.title")}</h2>
      <Facts items={[
        [t("sessionTabs.times.opened"), at(opened)],
        ...(came == null ? [] : [[t("sessionTabs.times.came"), at(came)] as const]),
        ...(came == null || (started == null && !waiting) ? [] : [[t("sessionTabs.times.waited"), took(came, waiting ? now : (started ?? now))] as const]),
        ...(started == null || waiting ? [] : [[t("sessionTabs.times.started"), at(started)] as const, [t("sessionTabs.times.worked"), took(started, closed ?? now)] as const]),
        ...(closed == null ? [] : [[t("sessionTabs.times.closed"), at(closed)] as const]),
      ]} />
    </section>
  );
}
