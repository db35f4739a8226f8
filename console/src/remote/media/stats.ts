/** Once a second, what the statistics overlay shows and what the sender is told. */

import { percentile } from "./clock";

export interface Statistics {
  framesPerSecond: number;
  /** kbit/s of video received. */
  bitrate: number;
  droppedInAll: number;
  lostPackets: number;
  /** ms from capture to showing: median and 90 % of the last seconds. */
  latency: number | null;
  latency90: number | null;
  /** ms, of the sealed control lane. */
  roundTrip: number | null;
  /** ms that opening a sealed picture takes on average; null before the first. */
  opening: number | null;
  width: number;
  height: number;
  codec: string;
  /** For example `udp host → 203.0.113.7:443`. */
  path: string;
}

export const NO_STATISTICS: Statistics = {
  framesPerSecond: 0, bitrate: 0, droppedInAll: 0, lostPackets: 0, latency: null, latency90: null, roundTrip: null, opening: null, width: 0, height: 0, codec: "", path: "",
};

/** The members of getStats() records used here; absent ones count as zero. */
interface Record_ {
  id: string;
  type: string;
  kind?: string;
  bytesReceived?: number;
  framesDecoded?: number;
  framesDropped?: number;
  packetsLost?: number;
  frameWidth?: number;
  frameHeight?: number;
  codecId?: string;
  mimeType?: string;
  nominated?: boolean;
  state?: string;
  localCandidateId?: string;
  remoteCandidateId?: string;
  candidateType?: string;
  protocol?: string;
  address?: string;
  port?: number;
}

const KEPT_AGES = 120;

export class StatsMeter {
  #ages: number[] = [];
  #second: number[] = [];
  #last = { at: 0, bytes: 0, frames: 0, dropped: 0 };

  frameShown(age: number | null): void {
    if (age === null) return;
    this.#ages.push(age);
    this.#second.push(age);
    if (this.#ages.length > KEPT_AGES) this.#ages.shift();
  }

  /** `now` in ms. The report covers the time since the last call. */
  measure(report: Iterable<unknown>, now: number, roundTrip: number | null, opening: number | null): { statistics: Statistics; report: { frames: number; dropped: number; latency: number } } {
    const records = new Map<string, Record_>();
    for (const item of report) records.set((item as Record_).id, item as Record_);
    const all = Array.from(records.values());
    const video = all.find((r) => r.type === "inbound-rtp" && r.kind === "video");
    const pair = all.find((r) => r.type === "candidate-pair" && r.nominated === true && r.state === "succeeded");
    const local = records.get(pair?.localCandidateId ?? "");
    const remote = records.get(pair?.remoteCandidateId ?? "");
    const bytes = video?.bytesReceived ?? 0;
    const frames = video?.framesDecoded ?? 0;
    const dropped = video?.framesDropped ?? 0;
    // Before the first report there is nothing to compare with.
    const seconds = this.#last.at === 0 ? Infinity : Math.max(0.001, (now - this.#last.at) / 1000);
    const inLast = { frames: Math.max(0, frames - this.#last.frames), dropped: Math.max(0, dropped - this.#last.dropped) };
    const statistics: Statistics = {
      framesPerSecond: Math.round(inLast.frames / seconds),
      bitrate: Math.round((Math.max(0, bytes - this.#last.bytes) * 8) / 1000 / seconds),
      droppedInAll: dropped,
      lostPackets: video?.packetsLost ?? 0,
      latency: percentile(this.#ages, 0.5),
      latency90: percentile(this.#ages, 0.9),
      roundTrip,
      opening,
      width: video?.frameWidth ?? 0,
      height: video?.frameHeight ?? 0,
      codec: (records.get(video?.codecId ?? "")?.mimeType ?? "").replace("video/", ""),
      path: remote === undefined ? "" : `${remote.protocol ?? "udp"} ${local?.candidateType ?? ""} → ${remote.address ?? "?"}:${remote.port ?? 0}`,
    };
    const latency = Math.round(percentile(this.#second, 0.5) ?? 0);
    this.#second = [];
    this.#last = { at: now, bytes, frames, dropped };
    return { statistics, report: { ...inLast, latency } };
  }
}
