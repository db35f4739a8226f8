/** Why a channel lets nobody in, in the person's words. */

import type { TFunction } from "i18next";

import { channelName, type ApiError, type Setup, type Shut } from "@/api";
import { moment } from "@/i18n/format";

export function shutText(t: TFunction, channel: string, shut: Shut, now: number, language: string): string {
  if (shut === "gone") return t("times.shut.gone");
  const time = (at: number): string => moment(at, now, language);
  if ("paused" in shut) return shut.paused.until == null ? t("times.shut.paused", { channel }) : t("times.shut.pausedUntil", { channel, time: time(shut.paused.until) });
  if ("outside_hours" in shut) return shut.outside_hours.opens_at == null ? t("times.shut.outside_hours", { channel }) : t("times.shut.opens", { channel, time: time(shut.outside_hours.opens_at) });
  return t("times.shut.full", { channel, limit: shut.full.limit });
}

/** Of a request that was turned away: each channel that was asked; null for any other refusal. */
export function turnedAwayText(t: TFunction, error: ApiError, setup: Setup | undefined, now: number, language: string): string | null {
  const { asked } = error.more;
  if (error.code !== "channel_shut" || asked === undefined) return null;
  const because = asked.map(({ channel, shut }) => {
    const reason = setup?.channels.find((it) => it.id === channel)?.setup.pause?.reason;
    return shutText(t, channelName(setup, channel), shut, now, language) + (reason == null ? "" : ` (${reason})`);
  });
  return [...because, t("times.shut.again")].join(" ");
}
