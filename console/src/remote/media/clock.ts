/** From round trips to the sender's clock, and from it to the age of a picture. Pure. */

const KEPT = 16;
const RTP_WRAP = 2 ** 32;

export class ClockSync {
  readonly #samples: { rtt: number; offset: number }[] = [];

  /** `sent` and `received` in µs of the local clock, `remote` in µs of the sender's. */
  add(sent: number, received: number, remote: number): void {
    const rtt = received - sent;
    if (rtt < 0) return;
    this.#samples.push({ rtt, offset: remote - (sent + received) / 2 });
    if (this.#samples.length > KEPT) this.#samples.shift();
  }

  /** Of the newest samples, the one with the shortest round trip is the truest. */
  #best(): { rtt: number; offset: number } | null {
    return this.#samples.reduce<{ rtt: number; offset: number } | null>((best, s) => (best === null || s.rtt < best.rtt ? s : best), null);
  }

  /** Milliseconds. */
  get roundTrip(): number | null {
    const best = this.#best();
    return best === null ? null : best.rtt / 1000;
  }

  /**
   * Age in ms of a picture captured at `rtp` (90 kHz, wrapping, of the sender's clock) when it shows at `local` µs.
   * Null before the clocks are known, or when it makes no sense (older than a minute, or from the future).
   */
  age(local: number, rtp: number): number | null {
    const best = this.#best();
    if (best === null) return null;
    const shown = Math.floor(((local + best.offset) * 9) / 100);
    let ticks = (((shown - rtp) % RTP_WRAP) + RTP_WRAP) % RTP_WRAP;
    if (ticks > RTP_WRAP / 2) ticks -= RTP_WRAP;
    const ms = ticks / 90;
    return ms > 60_000 || ms < -1000 ? null : Math.max(0, ms);
  }
}

/** The value below which `part` of the samples lie; null without samples. */
export function percentile(samples: readonly number[], part: number): number | null {
  if (samples.length === 0) return null;
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? null;
}
