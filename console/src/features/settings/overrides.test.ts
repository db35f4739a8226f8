import { expect, it } from "vitest";

import type { Scope } from "@/api";
import { aSetup } from "@/testing/setup";

import { roleGives, settledHere, type Override, type Whom } from "./overrides";

const role: Whom = { role: "channel_technician" };
const here: Scope = { channel: "c" };
const setup = (overrides: Override[]) => {
  const desk = aSetup();
  return { ...desk, desk: { ...desk.desk, setup: { ...desk.desk.setup, overrides } } };
};
const settle = (on: Scope, effect: "allow" | "deny", whom: Whom = role): Override => ({ whom, on, permission: "session_move", effect });

it("a role gives what it gives, until something else was settled: in the channel, else on the desk", () => {
  const gives = (overrides: Override[], on: Scope, byItself: boolean): boolean => roleGives(setup(overrides), role, on, "session_move", byItself);
  expect([gives([], here, true), gives([], here, false)]).toEqual([true, false]);
  expect([gives([settle("desk", "deny")], here, true), gives([settle("desk", "deny")], "desk", true)]).toEqual([false, false]);
  expect(gives([settle("desk", "deny"), settle(here, "allow")], here, false)).toBe(true);
  expect(gives([settle(here, "deny")], "desk", true)).toBe(true);
  expect(gives([settle("desk", "deny", { role: "auditor" }), settle("desk", "deny", { technician: "t" })], "desk", true)).toBe(true);
});

it("what is settled for the desk is not settled in the channel", () => {
  const desk = setup([settle("desk", "deny")]);
  expect([settledHere(desk, role, "desk", "session_move"), settledHere(desk, role, here, "session_move")]).toEqual(["deny", "role"]);
});
