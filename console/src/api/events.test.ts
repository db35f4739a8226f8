import { describe, expect, it } from "vitest";

import { EMPTY_QUEUE, withListing, withoutSession, withSessions } from "./events";
import type { Session } from "./types";
import { aSession } from "@/testing/session";

const session = (number: number, more: Partial<Session> = {}): Session => aSession({ id: `s${number}`, number, created_at: number * 1000, ...more });
const numbers = (queue: typeof EMPTY_QUEUE): number[] => Array.from(queue.sessions.values(), (each) => each.number).sort((a, b) => a - b);

describe("changes of the queue", () => {
  it("takes the newer version, whichever comes last, and never goes back in the cursor", () => {
    const newer = withSessions(EMPTY_QUEUE, [session(1, { version: 5, person: "new" })], 9);
    const after = withSessions(newer, [session(1, { version: 4, person: "old" })], 8);
    expect(after.sessions.get("s1")?.person).toBe("new");
    expect(after.cursor).toBe(9);
  });

  it("leaves the earlier queue untouched, and histories to their own place", () => {
    const after = withSessions(EMPTY_QUEUE, [session(1, { history: [] })]);
    expect(EMPTY_QUEUE.sessions.size).toBe(0);
    expect(after.sessions.get("s1")).not.toHaveProperty("history");
  });
});

it("forgets a session that is no longer for this technician to see", () => {
  const known = withSessions(EMPTY_QUEUE, [session(1), session(2)], 3);
  expect(numbers(withoutSession(known, "s1", 7))).toEqual([2]);
  expect(withoutSession(known, "s1", 7).cursor).toBe(7);
  expect(numbers(withoutSession(known, "s9", 1))).toEqual([1, 2]);
});

describe("a new listing", () => {
  const known = withSessions(EMPTY_QUEUE, [session(1, { state: "closed" }), session(2), session(5, { state: "closed" }), session(6)], 90);

  it("decides what is open and what is within its reach, and keeps older sessions that are over", () => {
    const after = withListing(known, [session(6), session(7)], 4, 50);
    expect(numbers(after)).toEqual([1, 6, 7]);
    expect(after.cursor).toBe(50);
  });

  it("decides everything where it holds everything", () => {
    expect(numbers(withListing(known, [session(6)], 0, 91))).toEqual([6]);
  });

  it("counts even where its versions are lower: the relay's data may have been put back", () => {
    const later = withSessions(known, [session(6, { version: 9, person: "later" })]);
    expect(withListing(later, [session(6)], 0, 91).sessions.get("s6")?.version).toBe(1);
  });
});
