import { describe, expect, it } from "vitest";

import type { Session } from "@/api";

import { counts, matches, sorted } from "./rows";
import { aSession } from "@/testing/session";

const session = (number: number, more: Partial<Session> = {}): Session => aSession({ id: `s${number}`, number, created_at: number * 1000, ...more });

describe("the queue's rows", () => {
  const all = [
    session(1, { person: "Ângela", state: "active", detail: "connected", owner: { id: "me", name: "Eu" } }),
    session(2, { person: "bruno", company: "Alfa", detail: "ready" }),
    session(10, { state: "closed", outcome: "solved", owner: { id: "you", name: "Você" } }),
  ];

  it("counts each view", () => {
    expect(counts(all, "me")).toEqual({ all: 3, waiting: 1, active: 1, closed: 1, expired: 0, mine: 1 });
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
});
