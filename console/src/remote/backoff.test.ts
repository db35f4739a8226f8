import { expect, it } from "vitest";

import { backoff } from "./backoff";

it("starts at 250 ms, grows, stays at 2 s, and spreads by up to a third", () => {
  const longest = Array.from({ length: 10 }, (_, tries) => Math.round(backoff(tries, 0)));
  expect(longest).toEqual([250, 325, 423, 549, 714, 928, 1207, 1569, 2000, 2000]);
  expect(backoff(0, 0.999)).toBeGreaterThan(166);
  expect(backoff(100, 0.999)).toBeGreaterThan(1333);
});
