import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import type { Session } from "@/api";
import en from "@/i18n/en";
import { aSession } from "@/testing/session";

import { pressing, toneOf, wordsOf } from "./urgency";

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: en } } }));

const MINUTE = 60_000;
const said = (more: Partial<Session>, now: number): string | null => {
  const it = pressing(aSession(more), now);
  return it === null ? null : `${toneOf(it)}: ${wordsOf(i18next.t, it, now, "en")}`;
};

describe("what presses", () => {
  it("is nothing while there is time, also with a target", () => {
    expect(said({}, 0)).toBeNull();
    expect(said({ times: { reaction: { due: 10 * MINUTE }, resolution: {} } }, 0)).toBeNull();
  });
  it("is told by the relay's alarms, with how much time is left or over", () => {
    expect(said({ times: { reaction: { due: 10 * MINUTE, level: "amber" }, resolution: {} } }, 8 * MINUTE)).toBe("warn: Somebody has to react within 2:00");
    expect(said({ times: { reaction: { due: 10 * MINUTE, level: "red" }, resolution: {} } }, 11 * MINUTE)).toBe("bad: Nobody reacted in time: late by 1:00");
    expect(said({ times: { reaction: { ran: 60, kept: true }, resolution: { due: 9 * MINUTE, level: "red" } } }, 10 * MINUTE)).toBe("bad: Not resolved in time: late by 1:00");
  });
  it("is no alarm whose clock has stopped or stands still", () => {
    expect(said({ times: { reaction: { ran: 60, kept: false, level: "red" }, resolution: {} } }, MINUTE)).toBeNull();
    expect(said({ times: { reaction: { ran: 60, kept: true }, resolution: { level: "amber" } } }, MINUTE)).toBeNull();
  });
  it("is the more serious one of two, and before all that the session will be removed", () => {
    const both = { reaction: { due: 20 * MINUTE, level: "amber" }, resolution: { due: 9 * MINUTE, level: "red" } } as const;
    expect(said({ times: both }, 10 * MINUTE)).toContain("Not resolved in time");
    expect(said({ times: both, red_at: 8 * MINUTE, expires_at: 12 * MINUTE }, 10 * MINUTE)).toBe(`bad: ${i18next.t("queue.expiresSoon", { time: "2:00" })}`);
    expect(said({ red_at: 8 * MINUTE, expires_at: 12 * MINUTE }, 7 * MINUTE)).toBeNull();
  });
});
