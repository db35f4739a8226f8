import { describe, expect, it } from "vitest";

import { MOST, neighbour, shownTabs, stepFrom, withClosed, withOpened, type Tabs } from "./tabs";
import { holders, waitingBy } from "./load";
import { aSession } from "@/testing/session";

const none: Tabs = { opened: [], away: [] };
const opened = (...ids: string[]): Tabs => ids.reduce(withOpened, none);

describe("open sessions", () => {
  it("shows what was opened, then what is held", () => {
    expect(shownTabs(opened("b", "a"), ["a", "c"])).toEqual(["b", "a", "c"]);
    expect(withOpened(opened("b", "a"), "b").opened).toEqual(["b", "a"]);
  });

  it("keeps a held one away once it was closed, until it is opened again", () => {
    const closed = withClosed(opened("a"), "a", true);
    expect(shownTabs(closed, ["a"])).toEqual([]);
    expect(shownTabs(withOpened(closed, "a"), ["a"])).toEqual(["a"]);
    // Not held then: if it is held later, it shows.
    expect(shownTabs(withClosed(opened("a"), "a", false), ["a"])).toEqual(["a"]);
  });

  it("lets the oldest go when there are too many", () => {
    const many = Array.from({ length: MOST + 1 }, (_, i) => `s${i}`);
    expect(opened(...many).opened).toEqual(many.slice(1));
  });

  it("steps around the ends, and closes towards the next one", () => {
    const ids = ["a", "b", "c"];
    expect([stepFrom(ids, "c", 1), stepFrom(ids, "a", -1), stepFrom(ids, null, 1), stepFrom(ids, null, -1), stepFrom([], null, 1)]).toEqual(["a", "c", "a", "c", undefined]);
    expect([neighbour(ids, "b"), neighbour(ids, "c"), neighbour(["a"], "a")]).toEqual(["c", "b", null]);
  });
});

describe("the load board", () => {
  const ready = (channel: string, came_at: number) => aSession({ channel, came_at, detail: "ready" });

  it("counts by channel who is there and waits, and not who only got a link", () => {
    const waiting = waitingBy([ready("a", 50), ready("a", 20), ready("b", 70), aSession({ channel: "a", detail: "invited" }), aSession({ channel: "a", state: "active", detail: "connected" })]);
    expect(Object.fromEntries(waiting)).toEqual({ a: { count: 2, since: 20 }, b: { count: 1, since: 70 } });
  });

  it("notices when a session changes hands, and nothing else", () => {
    const held = (id: string) => aSession({ state: "active", owner: { id, name: id } });
    expect(holders([held("x"), held("y")])).toBe(holders([held("y"), held("x"), aSession()]));
    expect(holders([held("x"), held("y")])).not.toBe(holders([held("x"), held("x")]));
  });
});
