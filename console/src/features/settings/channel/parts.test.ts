import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "@/i18n/en";

import { complete, faults } from "./parts";
import { conditionOf, keyOf, kindOf, moved, targetOf, valuesOf } from "./rules";

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: en } } }));

describe("what has to be put right", () => {
  const channel = complete({ name: "Support" });
  const said = (change: Partial<typeof channel>): string[] => faults(i18next.t, { ...channel, ...change });
  const rule = (change: object) => ({ name: "Network", when: [{ any_word: ["vpn"] }], then: { to: null, priority: "high" as const, skills: [] }, ...change });

  it("is nothing for a channel that is complete", () => {
    expect(said({ waiting_limit: { minutes: 999 }, rules: [rule({})]})).toEqual([]);
  });
  it.each([
    [{ name: " " }, "Fill in a name."],
    [{ waiting_limit: { minutes: 0 } }, "The waiting limit is from 1 to 999 minutes."],
    [{ waiting_limit: { minutes: 1000 } }, "The waiting limit is from 1 to 999 minutes."],
    [{ rules: [rule({ name: "" })] }, "Rule 1 needs a name."],
    [{ rules: [rule({}), rule({ then: { to: null, priority: null, skills: [] } })] }, "Rule 2 does nothing: choose where to send it, a priority or a skill."],
    [{ rules: [rule({ when: [{ any_word: [] }] })] }, "Rule 1 has a condition without values."],
    [{ rules: [rule({ then: { to: null, priority: null, skills: [{ skill: " ", level: 1 }] } })] }, "Rule 1 has a skill without a name."],
  ])("%j", (change, sentence) => {
    expect(said(change)).toEqual([sentence]);
  });
});

describe("rules", () => {
  it("move to where they are put, and no further than the ends", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
    expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
    expect(moved(["a", "b"], 1, 2)).toEqual(["a", "b"]);
  });
  it("have targets and conditions that are the same after a choice", () => {
    for (const target of [{ channel: "1" }, { group: "2" }, { technician: "3" }]) expect(targetOf(keyOf(target))).toEqual(target);
    expect(targetOf(keyOf(null))).toBeNull();
    const condition = conditionOf("asset", ["20####"]);
    expect([kindOf(condition), valuesOf(condition)]).toEqual(["asset", ["20####"]]);
  });
});
