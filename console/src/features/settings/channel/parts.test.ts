import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "@/i18n/en";

import { complete, faultOf, faults, minutesOf, weekOf } from "./parts";
import { conditionOf, keyOf, kindOf, moved, targetOf, valuesOf } from "./rules";

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: en } } }));

describe("hours", () => {
  it.each([["08:30", 510], ["8:30", 510], ["24:00", 1440], ["24:01", null], ["12:60", null], ["noon", null], ["", null]])("%s", (text, minutes) => {
    expect(minutesOf(text)).toBe(minutes);
  });
  it.each([
    [[], null], [[["08:00", "12:00"], ["13:00", "18:00"]], null], [[["13:00", "18:00"], ["08:00", "13:00"]], null],
    [[["08:00", "8"]], "time"], [[["18:00", "08:00"]], "order"], [[["08:00", "08:00"]], "order"], [[["08:00", "12:00"], ["11:59", "13:00"]], "overlap"],
  ] as const)("%j", (hours, fault) => {
    expect(faultOf(hours.map(([from, to]) => ({ from, to })))).toBe(fault);
  });
});

describe("what has to be put right", () => {
  const channel = complete({ name: "Support" });
  const said = (change: Partial<typeof channel>): string[] => faults(i18next.t, { ...channel, ...change });
  const rule = (change: object) => ({ name: "Network", when: [{ any_word: ["vpn"] }], then: { to: null, priority: "high" as const, skills: [] }, ...change });

  it("is nothing for a channel that is complete", () => {
    expect(said({ waiting_limit: { minutes: 999 }, rules: [rule({})], hours: { time_zone: "UTC", week: weekOf((day) => (day === "monday" ? [{ from: "08:00", to: "12:00" }] : [])) } })).toEqual([]);
  });
  it.each([
    [{ name: " " }, "Fill in a name."],
    [{ waiting_limit: { minutes: 0 } }, "The waiting limit is from 1 to 999 minutes."],
    [{ waiting_limit: { minutes: 1000 } }, "The waiting limit is from 1 to 999 minutes."],
    [{ hours: { time_zone: "UTC", week: weekOf(() => []) } }, "It never opens: give at least one weekday hours."],
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
