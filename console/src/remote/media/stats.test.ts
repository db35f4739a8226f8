import { expect, it } from "vitest";

import { StatsMeter } from "./stats";

const report = (bytes: number, frames: number, dropped: number) => [
  { id: "v", type: "inbound-rtp", kind: "video", bytesReceived: bytes, framesDecoded: frames, framesDropped: dropped, frameWidth: 1280, frameHeight: 720, codecId: "c", packetsLost: 3 },
  { id: "c", type: "codec", mimeType: "video/H264" },
  { id: "p", type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "l", remoteCandidateId: "r" },
  { id: "l", type: "local-candidate", candidateType: "host" },
  { id: "r", type: "remote-candidate", protocol: "udp", address: "192.0.2.1", port: 443 },
];

it("tells rates since the last second, and totals", () => {
  const meter = new StatsMeter();
  meter.measure(report(1000, 10, 1), 1000, null, null);
  for (const age of [10, 30, 20, null]) meter.frameShown(age);
  const { statistics, report: sent } = meter.measure(report(13_500, 40, 3), 3000, 1.5, 0.25);
  expect(statistics).toMatchObject({ framesPerSecond: 15, bitrate: 50, droppedInAll: 3, lostPackets: 3, latency: 20, latency90: 30, roundTrip: 1.5, opening: 0.25, codec: "H264", path: "udp host → 192.0.2.1:443" });
  expect(sent).toEqual({ frames: 30, dropped: 2, latency: 20 });
});

it("starts over when the peer connection was replaced, and knows nothing before it has pictures", () => {
  const meter = new StatsMeter();
  meter.measure(report(9000, 90, 9), 1000, null, null);
  expect(meter.measure([], 2000, null, null).statistics).toMatchObject({ framesPerSecond: 0, bitrate: 0, latency: null, path: "" });
});
