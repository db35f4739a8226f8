import type { Page } from "@playwright/test";

import { expect, test, watched } from "../harness/index.ts";
import { report } from "../harness/results.ts";
import { pause, processor } from "./session.ts";

const seconds = 20;

test("idle", async ({ console, sos, desktop, page }) => {
  await page.addInitScript(() => {
    const peers: RTCPeerConnection[] = [];
    (window as unknown as { peers: typeof peers }).peers = peers;
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        peers.push(this);
      }
    };
  });
  await page.reload();
  desktop.run("xterm", ["-geometry", "80x20+30+60", "-T", "Terminal"]);
  const terminal = await desktop.window("Terminal");
  await watched(console, sos);
  // The picture is refined for a moment after it first appears; what is measured is what comes after.
  await pause(5_000);

  const still = await measure(page, sos.running.pid, () => pause(seconds * 1000));
  const typing = await measure(page, sos.running.pid, async () => {
    desktop.xdotool("windowfocus", terminal);
    const letters = "the quick brown fox jumps over the lazy dog ";
    const end = performance.now() + seconds * 1000;
    for (let i = 0; performance.now() < end; i += 1) {
      desktop.xdotool("type", letters[i % letters.length] ?? " ");
      await pause(100);
    }
  });
  report(
    "idle",
    "The SOS program on a still screen and while somebody types about 8 characters a second, 1280×720.",
    ["screen", "frame bytes to the browser, KB/s", "processor, % of a core"],
    [
      ["still", still.kilobytes, still.processor],
      ["typing", typing.kilobytes, typing.processor],
    ],
  );
  expect(still.kilobytes).toBeLessThanOrEqual(0.5);
  expect(still.processor).toBeLessThanOrEqual(1);
  expect(typing.kilobytes).toBeLessThanOrEqual(60);
});

async function measure(page: Page, pid: number, what: () => Promise<void>): Promise<{ kilobytes: number; processor: number }> {
  const before = { bytes: await received(page), at: performance.now() };
  const share = await processor(pid, what);
  const passed = (performance.now() - before.at) / 1000;
  return { kilobytes: ((await received(page)) - before.bytes) / 1000 / passed, processor: share };
}

/** Bytes of video that the browser received. */
function received(page: Page): Promise<number> {
  return page.evaluate(async () => {
    let bytes = 0;
    for (const peer of (window as unknown as { peers: RTCPeerConnection[] }).peers)
      (await peer.getStats()).forEach((entry) => {
        if (entry.type === "inbound-rtp" && entry.kind === "video") bytes += entry.bytesReceived + entry.headerBytesReceived;
      });
    return bytes;
  });
}
