import { describe, expect, it } from "vitest";

import { ClockSync, percentile } from "./clock";

const rtp = (micros: number): number => Number((BigInt(micros) * 9n / 100n) & 0xffff_ffffn);

describe("age of a picture", () => {
  it("is unknown before a round trip", () => {
    expect(new ClockSync().age(1, 1)).toBeNull();
  });

  it("uses the sample with the shortest round trip", () => {
    const clock = new ClockSync();
    const offset = 77_000_000;
    clock.add(0, 40_000, offset + 35_000);
    clock.add(100_000, 102_000, offset + 101_000);
    clock.add(200_000, 260_000, offset + 205_000);
    expect(clock.roundTrip).toBe(2);
    expect(clock.age(1_015_000, rtp(offset + 1_000_000))).toBeCloseTo(15, 1);
  });

  it("survives the wrap of RTP timestamps, and of a sender up for months", () => {
    for (const captured of [47_721_858_000, 47_721_858_844, 40_000_000_000_000]) {
      const clock = new ClockSync();
      clock.add(0, 0, captured);
      expect(clock.age(20_000, rtp(captured))).toBeCloseTo(20, 1);
    }
  });

  it("is never negative by a little, and unknown when it makes no sense", () => {
    const clock = new ClockSync();
    clock.add(0, 0, 1_000_000_000);
    expect(clock.age(0, rtp(1_000_000_500))).toBe(0);
    expect(clock.age(0, rtp(1_000_000_000 - 120_000_000))).toBeNull();
  });
});

describe("percentile", () => {
  it.each([
    [[], 0.5, null],
    [[3], 0.9, 3],
    [[5, 1, 3], 0.5, 3],
    [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 10],
  ] as const)("of %j at %d", (samples, part, expected) => {
    expect(percentile(samples, part)).toBe(expected);
  });
});
