/** Opens sealed pictures (docs/pairing.md, "Sealed pictures"). Runs in the worker; knows nothing of it. */

import type { Bytes } from "../bytes";
import { takeApart } from "./picture";
import { Tally, type Reason, type Report } from "./tally";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
/** They are counted from 1 to this, and from 1 again. */
const EPOCHS = 255;
/** Late pictures of the epoch before still come after a new key. */
const KEPT_EPOCHS = 3;
/** How long a picture waits for the key of its epoch, in ms. */
export const KEY_WAIT_MS = 2000;

interface Epoch {
  key: Promise<CryptoKey>;
  /** The counter of the last picture that was opened. */
  last: bigint;
}

export type Outcome = { picture: Uint8Array<ArrayBuffer> } | { refused: Reason };

export class Opener {
  /** The newest key last. */
  readonly #epochs = new Map<number, Epoch>();
  readonly #waiting = new Map<number, Set<(epoch: Epoch | null) => void>>();
  /** Of the key that came last. */
  #newest: number | null = null;
  readonly #tally: Tally;

  constructor(report: (report: Report) => void) {
    this.#tally = new Tally(report);
  }

  /** A number that is used again begins anew. */
  addKey(number: number, raw: Uint8Array<ArrayBuffer>): void {
    if (number < 1 || number > 255 || raw.length !== KEY_BYTES) return;
    const epoch: Epoch = { key: crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]), last: 0n };
    this.#epochs.delete(number);
    this.#epochs.set(number, epoch);
    for (const old of Array.from(this.#epochs.keys()).slice(0, -KEPT_EPOCHS)) this.#epochs.delete(old);
    this.#newest = number;
    for (const [waited, all] of this.#waiting) {
      if (waited !== number && !this.#isPast(waited)) continue;
      this.#waiting.delete(waited);
      for (const go of all) go(waited === number ? epoch : null);
    }
  }

  /** Pictures never go back: what a relay kept of an earlier epoch is not to be shown after this. */
  #forgetBefore(number: number, epoch: Epoch): void {
    if (this.#epochs.get(number) !== epoch) return;
    for (const earlier of this.#epochs.keys()) {
      if (earlier === number) return;
      this.#epochs.delete(earlier);
    }
  }

  /** Keys come in the order of their epochs: one that is not here and lies behind the newest never comes. */
  #isPast(number: number): boolean {
    return this.#newest !== null && (number - this.#newest + EPOCHS) % EPOCHS > EPOCHS / 2;
  }

  /** `arrived`: by performance.now(). Who has several pictures gives them in their order, each after the one before. */
  async open(data: Bytes, arrived = performance.now()): Promise<Outcome> {
    const outcome = await this.#open(data, arrived);
    if ("refused" in outcome) this.#tally.refused(outcome.refused);
    return outcome;
  }

  async #open(data: Bytes, arrived: number): Promise<Outcome> {
    const begun = performance.now();
    const apart = takeApart(data);
    if (apart === null) return { refused: "unsealed" };
    const taken = performance.now() - begun;
    const epoch = this.#epochs.get(apart.epoch) ?? (await this.#keyOf(apart.epoch, arrived + KEY_WAIT_MS - begun));
    if (epoch === null) return { refused: "no_key" };
    if (apart.counter <= epoch.last) return { refused: "repeated" };
    const key = await epoch.key;
    const resumed = performance.now();
    const iv = new Uint8Array(NONCE_BYTES);
    new DataView(iv.buffer).setBigUint64(NONCE_BYTES - 8, apart.counter);
    let plain: ArrayBuffer;
    try {
      plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: apart.aad }, key, apart.sealed);
    } catch {
      return { refused: "forged" };
    }
    // Another link may have opened it meanwhile.
    if (apart.counter <= epoch.last) return { refused: "repeated" };
    epoch.last = apart.counter;
    this.#forgetBefore(apart.epoch, epoch);
    const picture = apart.restore(new Uint8Array(plain));
    this.#tally.opened(taken + performance.now() - resumed);
    return { picture };
  }

  #keyOf(number: number, wait: number): Promise<Epoch | null> {
    if (wait <= 0 || this.#isPast(number)) return Promise.resolve(null);
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(number) ?? new Set();
      this.#waiting.set(number, waiting);
      const go = (epoch: Epoch | null): void => {
        clearTimeout(timer);
        waiting.delete(go);
        resolve(epoch);
      };
      const timer = setTimeout(() => go(null), wait);
      waiting.add(go);
    });
  }
}
