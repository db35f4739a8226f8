import { useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { bitrate, milliseconds } from "@/i18n/format";
import type { RemoteSession } from "@/remote/session";

import css from "./session.module.css";

export function StatsOverlay({ remote }: { remote: RemoteSession }) {
  const { t, i18n } = useTranslation();
  const s = useSyncExternalStore(remote.statistics.subscribe, remote.statistics.get);
  const unknown = t("stats.unknown");
  const number = new Intl.NumberFormat(i18n.language);
  const items: [string, string][] = [
    [t("stats.latency"), s.latency === null ? unknown : t("stats.latencyValue", { p50: milliseconds(s.latency, i18n.language), p90: milliseconds(s.latency90 ?? s.latency, i18n.language) })],
    [t("stats.frames"), t("stats.framesValue", { count: s.framesPerSecond })],
    [t("stats.bitrate"), bitrate(s.bitrate, i18n.language)],
    [t("stats.resolution"), s.width === 0 ? unknown : `${s.width} × ${s.height} ${s.codec}`],
    [t("stats.drops"), number.format(s.droppedInAll)],
    [t("stats.lost"), number.format(s.lostPackets)],
    [t("stats.roundTrip"), s.roundTrip === null ? unknown : milliseconds(s.roundTrip, i18n.language)],
    [t("stats.opening"), s.opening === null ? unknown : milliseconds(s.opening, i18n.language)],
    [t("stats.path"), s.path === "" ? unknown : s.path],
  ];
  return (
    <dl className={css.stats} data-testid="stats" data-latency={s.latency ?? ""} data-frames={s.framesPerSecond} data-bitrate={s.bitrate} data-opening={s.opening ?? ""}>
      {items.flatMap(([term, value]) => [<dt key={`${term}.t`}>{term}</dt>, <dd key={`${term}.d`}>{value}</dd>])}
    </dl>
  );
}
