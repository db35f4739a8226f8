import { describe, expect, it } from "vitest";

import { askAgainIn, INITIAL, phase, reduce, type GrantName, type RemoteEvent, type RemoteState } from "./state";

const play = (...events: RemoteEvent[]): RemoteState => events.reduce(reduce, INITIAL);
const grants = (granted: GrantName[], more: Partial<Extract<RemoteEvent, { type: "grants" }>> = {}): RemoteEvent => ({
  type: "grants", granted, asking: null, denied: null, byTimeout: false, revoked: false, mayControl: false, now: 5000, ...more,
});
const up: RemoteEvent[] = [
  { type: "socket", socket: "up" },
  { type: "program", online: true },
  { type: "pairing", pairing: "working" },
  { type: "pairing", pairing: "done", words: null, sure: true },
];
const size = { width: 1280, height: 720 };
const live: RemoteEvent[] = [...up, grants(["view"]), { type: "media", media: "up" }, { type: "picture", size }];

const forged: RemoteEvent = { type: "sealed", sealed: { is: "refused", why: "forged" } };

it("keeps what the key agreement proved while the ends pair anew, until it says otherwise", () => {
  const again = play(...live, { type: "pairing", pairing: "working" });
  expect(again.sure).toBe(true);
  expect(reduce(again, { type: "pairing", pairing: "done", words: null, sure: false }).sure).toBe(false);
});

describe("phases of a remote session", () => {
  it.each<[string, RemoteEvent[], string]>([
    ["at the start", [], "connecting"],
    ["socket up, program unknown", [{ type: "socket", socket: "up" }], "waiting_program"],
    ["program away", [{ type: "socket", socket: "up" }, { type: "program", online: false }], "waiting_program"],
    ["program here", up.slice(0, 2), "pairing"],
    ["paired", up, "ready"],
    ["asked", [...up, { type: "asked", grant: "view", now: 1 }], "asking"],
    ["refused by the end user", [...up, grants([], { denied: "view" })], "denied"],
    ["silence", [...up, grants([], { denied: "view", byTimeout: true })], "silent"],
    ["asked again after a no", [...up, grants([], { denied: "view" }), { type: "asked", grant: "view", now: 1 }], "asking"],
    ["granted, before the first picture", [...up, grants(["view"])], "starting"],
    ["live", live, "live"],
    ["control asked while live", [...live, { type: "asked", grant: "control", now: 1 }], "live"],
    ["control refused while live", [...live, grants(["view"], { denied: "control" })], "live"],
    ["rights taken back", [...live, grants([], { revoked: true })], "revoked"],
    ["asked again after that", [...live, grants([], { revoked: true }), { type: "asked", grant: "view", now: 1 }, grants([], { asking: "view" })], "asking"],
    ["media broken", [...live, { type: "media", media: "recovering" }], "reconnecting"],
    ["screen lost", [...live, { type: "capture", ok: false, reason: "display_lost" }], "capture"],
    ["screen lost, and the program ended for it", [...live, { type: "capture", ok: false, reason: "display_lost" }, { type: "program", online: false }], "capture"],
    ["screen lost before anything was granted", [...up, { type: "capture", ok: false, reason: "display_lost" }], "ready"],
    ["the program is back after that", [...live, { type: "capture", ok: false, reason: "display_lost" }, { type: "program", online: false }, { type: "program", online: true }, { type: "pairing", pairing: "working" }], "reconnecting"],
    ["the screen is back", [...live, { type: "capture", ok: false, reason: "display_lost" }, { type: "capture", ok: true, reason: "" }], "live"],
    ["a limited picture is a picture", [...live, { type: "capture", ok: true, reason: "no_shm" }], "live"],
    ["pictures come that do not open", [...live, forged], "unopened"],
    ["none was shown yet, and those that come do not open", [...live.slice(0, -1), forged], "unopened"],
    ["they open again", [...live, forged, { type: "sealed", sealed: { is: "opened" } }], "live"],
    ["media broken meanwhile", [...live, forged, { type: "media", media: "recovering" }], "reconnecting"],
    ["rights taken back meanwhile", [...live, forged, grants([], { revoked: true })], "revoked"],
    ["socket broken", [...live, { type: "socket", socket: "retrying" }], "reconnecting"],
    ["program lost while live", [...live, { type: "program", online: false }], "reconnecting"],
    ["wrong digits", [...up.slice(0, 3), { type: "refused", code: "wrong_secret", triesLeft: 2 }], "wrong_secret"],
    ["no secret in this browser", [...up.slice(0, 2), { type: "failed", code: "no_secret" }], "failed"],
    ["ended", [...live, { type: "ended", reason: "end_user" }], "ended"],
    ["ended stays ended", [...live, { type: "ended", reason: "end_user" }, { type: "program", online: true }, { type: "socket", socket: "closed" }], "ended"],
  ])("%s", (_name, events, expected) => {
    expect(phase(play(...events))).toBe(expected);
  });

  it("counts the seconds until a refused right can be asked for again", () => {
    const { denied } = play(...up, grants([], { denied: "view", now: 5000 }));
    expect([5000, 5001, 9999, 10_000, 60_000].map((now) => askAgainIn(denied, "view", now))).toEqual([5, 5, 1, 0, 0]);
    expect(askAgainIn(denied, "control", 5000)).toBe(0);
  });

  it("is the same state while the same is told of pictures", () => {
    const before = play(...live, forged);
    expect(reduce(before, { type: "sealed", sealed: { is: "refused", why: "forged" } })).toBe(before);
    expect(reduce(before, { type: "sealed", sealed: { is: "refused", why: "no_key" } }).sealed).toEqual({ is: "refused", why: "no_key" });
    expect(play(...live).sealed).toEqual({ is: "unknown" });
  });

  it("keeps when the question was asked while the end user thinks", () => {
    const state = play(...up, { type: "asked", grant: "view", now: 1000 }, grants([], { asking: "view", now: 2000 }));
    expect(state.asking).toEqual({ grant: "view", since: 1000 });
  });

  it("takes control away with the keys, until it is told again", () => {
    const controlling = play(...live, grants(["view", "control"]));
    expect(controlling.control).toBe(true);
    expect(reduce(controlling, { type: "socket", socket: "retrying" }).control).toBe(false);
  });

  it("shows no old picture after view was taken back", () => {
    expect(play(...live, grants([])).picture).toBeNull();
  });

  it("does not change when the same picture size comes again", () => {
    const state = play(...live);
    expect(reduce(state, { type: "picture", size: { ...size } })).toBe(state);
  });
});
