import { describe, expect, it } from "vitest";

import type { Notice } from "@/api";

import { doing, fresh, type Attention } from "./plan";

const notice = (id: number, more: Partial<Notice> = {}): Notice => ({
  id, at: id, event: "message", ways: ["page", "desktop", "sound"], seen: false, session: { id: "s1", number: 1, channel: "c" }, ...more,
});
const here = (more: Partial<Attention> = {}): Attention => ({ tab: "a", session: null, focused: true, ...more });
const nothing = { toast: false, desktop: false, sound: false, seen: false };

describe("which tab does what", () => {
  it("in front of the window: the page tells, once, and the leader rings", () => {
    expect(doing(notice(1), { id: "a", leads: false }, here())).toEqual({ ...nothing, toast: true });
    expect(doing(notice(1), { id: "b", leads: true }, here())).toEqual({ ...nothing, sound: true });
    expect(doing(notice(1), { id: "c", leads: false }, here())).toEqual(nothing);
  });
  it("elsewhere: the system tells, by the leader, and the page keeps it for later", () => {
    const away = here({ focused: false });
    expect(doing(notice(1), { id: "b", leads: true }, away)).toEqual({ ...nothing, desktop: true, sound: true });
    expect(doing(notice(1), { id: "a", leads: false }, away)).toEqual({ ...nothing, toast: true });
  });
  it("is quiet while the session is looked at", () => {
    for (const tab of [{ id: "a", leads: false }, { id: "b", leads: true }]) {
      expect(doing(notice(1), tab, here({ session: "s1" }))).toEqual({ ...nothing, seen: tab.id === "a" });
    }
    expect(doing(notice(1), { id: "a", leads: true }, here({ session: "s1", focused: false })).desktop).toBe(true);
  });
  it("does nothing that was not chosen, and the leader stands in where no tab was looked at", () => {
    expect(doing(notice(1, { ways: ["mail"] }), { id: "a", leads: true }, here())).toEqual(nothing);
    expect(doing(notice(1), { id: "a", leads: true }, null)).toEqual({ toast: true, desktop: true, sound: true, seen: false });
  });
});

describe("what is new", () => {
  it("was not told and not seen, and is told once for each session and event", () => {
    const all = [notice(6), notice(5), notice(4, { event: "assigned" }), notice(3, { seen: true }), notice(2)];
    expect(fresh(all, 2).map(({ id }) => id)).toEqual([4, 6]);
    expect(fresh(all, 6)).toEqual([]);
  });
});
