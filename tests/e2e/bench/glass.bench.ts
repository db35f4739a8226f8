import { spawn } from "node:child_process";

import { expect, test, watched } from "../harness/index.ts";
import { program } from "../harness/places.ts";
import { percentile, report } from "../harness/results.ts";

/** A point inside the window that `flip` opens. */
const point = { x: 1000, y: 560 };
const flips = 80;
const warmUp = 10;

test("glass", async ({ console, sos, desktop, page }) => {
  await watched(console, sos);
  await page.evaluate(({ x, y }) => {
    const video = document.querySelector("video")!;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = 1;
    const pen = canvas.getContext("2d", { willReadFrequently: true })!;
    const seen: { at: number; white: boolean }[] = [];
    (window as unknown as { seen: typeof seen }).seen = seen;
    const look = () => {
      pen.drawImage(video, x, y, 1, 1, 0, 0, 1, 1);
      const white = (pen.getImageData(0, 0, 1, 1).data[0] ?? 0) > 127;
      if (white !== seen.at(-1)?.white) seen.push({ at: performance.timeOrigin + performance.now(), white });
      video.requestVideoFrameCallback(look);
    };
    video.requestVideoFrameCallback(look);
  }, point);

  const drawn = await flip(desktop.env());
  const seen = await page.evaluate(() => (window as unknown as { seen: { at: number; white: boolean }[] }).seen);
  const times: number[] = [];
  let missed = 0;
  drawn.forEach((one, i) => {
    const next = drawn[i + 1]?.at ?? Infinity;
    const shown = seen.find((other) => other.white === one.white && other.at >= one.at && other.at < next);
    if (i < warmUp) return;
    if (shown) times.push(shown.at - one.at);
    else missed += 1;
  });
  expect(drawn.length).toBe(flips);
  const p = (share: number) => percentile(times, share);
  report("glass", "Glass to glass, 1280×720.", ["flips", "p50 ms", "p90 ms", "p99 ms", "worst ms", "missed"], [[String(flips - warmUp), p(0.5), p(0.9), p(0.99), p(1), String(missed)]]);
  expect(missed).toBe(0);
  expect(p(0.5)).toBeLessThanOrEqual(15);
  expect(p(0.9)).toBeLessThanOrEqual(20);
});

async function flip(env: NodeJS.ProcessEnv): Promise<{ at: number; white: boolean }[]> {
  const child = spawn(program("flip"), [String(flips)], { env, stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => child.once("exit", resolve));
  return text
    .trim()
    .split("\n")
    .map((line) => line.split(" "))
    .map(([micros, colour]) => ({ at: Number(micros) / 1000, white: colour === "255" }));
}
