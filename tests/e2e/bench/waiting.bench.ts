import { statSync } from "node:fs";

import { expect, Sos, test } from "../harness/index.ts";
import { program } from "../harness/places.ts";
import { percentile, report } from "../harness/results.ts";
import { memory, pause, processor } from "./session.ts";

const rounds = 7;

/** The SOS program before anybody comes: its size, its start, and what it takes while its number is shown. */
test("waiting", async ({ desktop, relay }) => {
  const times: number[] = [];
  for (let round = 1; round < rounds; round += 1) {
    const began = performance.now();
    const sos = await Sos.start(desktop, relay);
    await sos.waits();
    times.push(performance.now() - began);
    await sos.running.stop();
  }
  const sos = await Sos.start(desktop, relay);
  await sos.waits();
  await pause(3_000);
  const share = await processor(sos.running.pid, () => pause(20_000));
  const { resident, own } = memory(sos.running.pid);
  const size = statSync(program("ponte-sos")).size / 1e6;
  report(
    "waiting",
    "The SOS program until its number is seen in a screenshot, and while it waits.",
    ["size, MB", "number after ms, p50", "worst", "memory, MB", "of it its own, MB", "processor, % of a core"],
    [[size, percentile(times, 0.5), percentile(times, 1), resident, own, share]],
  );
  expect(percentile(times, 0.5)).toBeLessThanOrEqual(1000);
  expect(resident).toBeLessThanOrEqual(40);
});
