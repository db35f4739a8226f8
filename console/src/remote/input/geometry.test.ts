import { describe, expect, it } from "vitest";

import { place, toFrame, WheelScale } from "./geometry";

const hd = { width: 1280, height: 720 };

describe("placing the picture", () => {
  it.each([
    ["letterboxed above and below", { width: 640, height: 640 }, { left: 0, top: 140, width: 640, height: 360 }],
    ["letterboxed left and right", { width: 1600, height: 720 }, { left: 160, top: 0, width: 1280, height: 720 }],
    ["enlarged", { width: 2560, height: 1440 }, { left: 0, top: 0, width: 2560, height: 1440 }],
    ["on a stage of no size", { width: 0, height: 0 }, { left: 0, top: 0, width: 0, height: 0 }],
  ])("fits: %s", (_name, stage, expected) => {
    expect(place(stage, hd, "fit", 2)).toEqual(expected);
  });

  it("shows one picture pixel on one device pixel", () => {
    expect(place({ width: 2000, height: 1000 }, hd, "actual", 1)).toEqual({ left: 360, top: 140, width: 1280, height: 720 });
    expect(place({ width: 500, height: 300 }, hd, "actual", 2)).toEqual({ left: 0, top: 0, width: 640, height: 360 });
  });

  it("has nothing to place before the first frame", () => {
    expect(place({ width: 100, height: 100 }, { width: 0, height: 0 }, "fit", 1).width).toBe(0);
  });
});

describe("finding the pixel", () => {
  const rect = { left: 100, top: 50, width: 640, height: 360 };
  it.each([
    ["the first pixel", 100, 50, { x: 0, y: 0 }],
    ["the last pixel", 739.9, 409.9, { x: 1279, y: 719 }],
    ["the far edge itself", 740, 410, { x: 1279, y: 719 }],
    ["left and above of it", -50, 0, { x: 0, y: 0 }],
    ["right and below of it", 5000, 5000, { x: 1279, y: 719 }],
    ["the middle", 420, 230, { x: 640, y: 360 }],
    ["a half CSS pixel", 100.5, 50.5, { x: 1, y: 1 }],
  ])("%s", (_name, x, y, expected) => {
    expect(toFrame(rect, hd, x, y)).toEqual(expected);
  });

  it("follows a scrolled picture at 1:1", () => {
    expect(toFrame({ left: -300, top: -200, width: 1280, height: 720 }, hd, 10, 20)).toEqual({ x: 310, y: 220 });
  });

  it("survives a picture of no size", () => {
    expect(toFrame({ left: 0, top: 0, width: 0, height: 0 }, hd, 5, 5)).toEqual({ x: 0, y: 0 });
  });

  it("visits every pixel once when placed 1:1 at any device pixel ratio", () => {
    for (const ratio of [1, 1.25, 1.5, 2]) {
      const frame = { width: 97, height: 3 };
      const placed = place({ width: 50, height: 50 }, frame, "actual", ratio);
      const seen = Array.from({ length: 97 }, (_, i) => toFrame(placed, frame, placed.left + (i + 0.5) / ratio, placed.top).x);
      expect(seen).toEqual(Array.from({ length: 97 }, (_, i) => i));
    }
  });
});

describe("the wheel", () => {
  it.each([
    ["pixels", 0, 0, 100, { dx: 0, dy: 120 }],
    ["lines", 1, 0, -3, { dx: 0, dy: -120 }],
    ["pages", 2, 0, 1, { dx: 0, dy: 600 }],
    ["sideways", 0, 50, 0, { dx: 60, dy: 0 }],
  ])("counts %s", (_name, mode, x, y, expected) => {
    const moved = new WheelScale().add(x, y, mode);
    expect({ dx: moved.dx + 0, dy: moved.dy + 0 }).toEqual(expected);
  });

  it("loses nothing of slow movement", () => {
    const wheel = new WheelScale();
    let sum = 0;
    for (let i = 0; i < 1000; i++) sum += wheel.add(0, 0.1, 0).dy;
    expect(sum).toBeGreaterThanOrEqual(119);
    expect(sum).toBeLessThanOrEqual(120);
  });
});
