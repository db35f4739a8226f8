import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import en from "@/i18n/en";

import { faultText, tabOf } from "./faults";
import { complete, faultOf, faults, minutesOf, targetFaults, weekOf } from "./parts";
import { conditionOf, keyOf, kindOf, moved, targetOf, valuesOf } from "./rules";

beforeAll(() => i18next.init({ lng: "en", resources: { en: { translation: en } } }));

const NONE = { low: null, normal: null, high: null, urgent: null };
type Minutes = Partial<Record<keyof typeof NONE, number>>;
const targets = (reaction: Minutes, resolution: Minutes, amber = 75) => ({ reaction: { ...NONE, ...reaction }, resolution: { ...NONE, ...resolution }, amber });

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

describe("targets", () => {
  it("that agree have no fault, also where some are left out", () => {
    expect(targetFaults(targets({ low: 240, urgent: 15 }, { low: 480, normal: 300 }))).toEqual({ reaction: {}, resolution: {} });
    expect(targetFaults(null)).toEqual({ reaction: {}, resolution: {} });
  });
  it("that contradict another are told at the field that is to be changed", () => {
    expect(targetFaults(targets({ normal: 10, high: 20 }, {})).reaction).toEqual({ high: "below" });
    expect(targetFaults(targets({ normal: 60 }, { normal: 30 })).resolution).toEqual({ normal: "reaction" });
    expect(targetFaults(targets({ low: 0, normal: 60_001 }, {})).reaction).toEqual({ low: "longest", normal: "longest" });
  });
});

describe("what the relay found wrong", () => {
  it.each([
    [{ fallback_cycle: "A → B → A" }, "routing", "These fallback channels send a request round for ever: A → B → A."],
    [{ hours: { channel: "A", error: { unknown_zone: "Mars" } } }, "hours", "There is no time zone “Mars”."],
    [{ hours: { channel: "A", error: { overlap: { day: "monday", first: "08:00–12:00", second: "11:00–13:00" } } } }, "hours", "Monday: 08:00–12:00 and 11:00–13:00 overlap."],
    [{ rules: { channel: "A", error: { unreachable: { rule: 2, name: "VPN", behind: 1 } } } }, "routing", "Rule 2 (VPN) cannot be used: a rule without conditions before it decides everything."],
    [{ name_taken: { what: "channel", name: "Office" } }, "general", "There is another with the name Office. Choose another name."],
  ] as const)("%j", (fault, tab, sentence) => {
    expect([tabOf(fault), faultText(i18next.t, fault)]).toEqual([tab, sentence]);
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
    [{ link_life: 0 }, "A link is good for 1 to 720 hours."],
    [{ link_life: 721 }, "A link is good for 1 to 720 hours."],
    [{ waiting_limit: { minutes: 0 } }, "The waiting limit is from 1 to 999 minutes."],
    [{ waiting_limit: { minutes: 1000 } }, "The waiting limit is from 1 to 999 minutes."],
    [{ hours: { time_zone: "UTC", week: weekOf(() => []) } }, "It never opens: give at least one weekday hours."],
    [{ most_waiting: 0 }, "At least one request must be able to wait."],
    [{ fallback_after: { minutes: 0 } }, "Looking further: from 1 to 999 minutes."],
    [{ ageing: { normal: 60, high: 30, urgent: 90 } }, "A higher priority must not have a smaller head start, and none more than 7 days."],
    [{ targets: targets({ normal: 10, high: 20 }, {}) }, "A target contradicts another: see the fields."],
    [{ targets: targets({}, {}, 0) }, "The amber alarm comes after 1 to 99 percent of the time."],
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
