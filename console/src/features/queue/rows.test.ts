import { describe, expect, it } from "vitest";

import type { Session } from "@/api";

import { counts, matches, passes, sorted } from "./rows";
import { aSession } from "@/testing/session";

const session = (number: number, more: Partial<Session> = {}): Session => aSession({ id: `s${number}`, number, created_at: number * 1000, ...more });

describe("the queue's rows", () => {
  const all = [
    session(1, { person: "Ângela", state: "active", detail: "connected", owner: { id: "me", name: "Eu" } }),
    session(2, { person: "bruno", company: "Alfa", detail: "ready" }),
    session(10, { state: "closed", outcome: "solved", owner: { id: "you", name: "Você" } }),
  ];

  it("counts each view", () => {
    expect(counts(all, "me")).toEqual({ all: 3, waiting: 1, active: 1, closed: 1, mine: 1, unassigned: 1 });
    // What expired is completed, and nobody's without being work for somebody.
    expect(counts([session(4, { state: "expired" })], "me")).toEqual({ all: 1, waiting: 0, active: 0, closed: 1, mine: 0, unassigned: 0 });
  });

  it.each([
    ["angela", [1]],
    ["ALFA bruno", [2]],
    ["#10", [10]],
    ["nobody", []],
    ["  ", [1, 2, 10]],
  ])("finds %j", (search, expected) => {
    expect(all.filter((s) => matches(s, search)).map((s) => s.number)).toEqual(expected);
  });

  it.each([
    ["number", false, [1, 2, 10]],
    ["number", true, [10, 2, 1]],
    ["person", false, [1, 2, 10]],
    ["person", true, [2, 1, 10]],
    ["state", false, [2, 1, 10]],
    ["waiting", true, [2, 10, 1]],
  ] as const)("sorts by %s, descending %s", (column, descending, expected) => {
    expect(sorted(all, { column, descending }, "pt-BR").map((s) => s.number)).toEqual(expected);
  });

  it("sorts by priority from the most urgent, and by the queue's own order, where who has no place yet comes last", () => {
    const four = [session(1, { priority: "normal", queue_at: 40 }), session(2, { priority: "urgent", queue_at: -5 }), session(3, { priority: "low" }), session(4, { priority: "high", queue_at: 40 })];
    expect(sorted(four, { column: "priority", descending: true }, "en").map((s) => s.priority)).toEqual(["urgent", "high", "normal", "low"]);
    expect(sorted(four, { column: "queue", descending: false }, "en").map((s) => s.number)).toEqual([2, 1, 4, 3]);
  });

  it("sorts channels by their names, not by their ids", () => {
    const names: Record<string, string> = { a: "Zoo", b: "Atlas" };
    const two = [session(1, { channel: "a" }), session(2, { channel: "b" })];
    expect(sorted(two, { column: "channel", descending: false }, "en", (id) => names[id] ?? "").map((s) => s.channel)).toEqual(["b", "a"]);
  });

  it("lets through what any of each filter names", () => {
    const urgent = session(1, { priority: "urgent", channel: "a", category: "net" });
    const nothing = { channel: [], priority: [], category: [] };
    expect(passes(urgent, nothing)).toBe(true);
    expect(passes(urgent, { ...nothing, priority: ["high", "urgent"], channel: ["a"] })).toBe(true);
    expect(passes(urgent, { ...nothing, priority: ["urgent"], channel: ["b"] })).toBe(false);
    expect(passes(session(2), { ...nothing, category: ["net"] })).toBe(false);
  });

  it("finds a session by what it says now, not by what it said before", () => {
    const before = session(1, { person: "Ana" });
    expect(matches(before, "ana")).toBe(true);
    expect(matches({ ...before, person: "Bia" }, "ana")).toBe(false);
  });
});
