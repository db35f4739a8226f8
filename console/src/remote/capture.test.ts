import { expect, it } from "vitest";

import { CAPTURE_GOOD, captureTold, type Capture } from "./capture";

const told = (...states: [ok: boolean, reason: string][]): Capture => states.reduce((now, [ok, reason]) => captureTold(now, ok, reason), CAPTURE_GOOD);

it.each<[string, [boolean, string][], Capture]>([
  ["a lost display", [[false, "display_lost"]], { fault: "display_lost", notices: [] }],
  ["a word of a newer program", [[false, "sun_spots"], [true, "slow_moon"]], { fault: null, notices: ["unknown"] }],
  ["a fault in such a word", [[false, "sun_spots"]], { fault: "unknown", notices: [] }],
  ["each notice once, in the order told", [[true, "no_damage"], [true, "no_shm"], [true, "no_damage"]], { fault: null, notices: ["no_damage", "no_shm"] }],
  ["notices that outlive a fault", [[true, "no_shm"], [false, "display_lost"]], { fault: "display_lost", notices: ["no_shm"] }],
  ["all well again", [[true, "no_shm"], [false, "display_lost"], [true, ""]], CAPTURE_GOOD],
])("%s", (_name, states, expected) => {
  expect(told(...states)).toEqual(expected);
});
