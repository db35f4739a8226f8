/** The page's side of sealed pictures: the worker that opens them, its keys, and what it says. Outlives each peer connection. */

import address from "./picture.worker.ts?worker&url";

import type { Bytes } from "../bytes";
import type { KeyMessage } from "./serve";
import { REASONS, type Reason, type Report } from "./tally";

/** What is known of the pictures that come. */
export type Sealed =
  | { is: "unknown" }
  /** All that is shown came sealed from the end user's computer. */
  | { is: "opened" }
  /** They come and none of them opens. */
  | { is: "refused"; why: Reason };

export interface PicturesEvents {
  sealed(sealed: Sealed): void;
  /** The worker could not be started. */
  broken(): void;
}

/** So long one picture says how it stands, in ms. */
export const FRESH_MS = 2000;

export class Pictures {
  #worker: Worker | null = null;
  #openedAt = -Infinity;
  #refusedAt = -Infinity;
  #why: Reason = "unsealed";
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Mean time of opening a picture in the last second that had some, in ms. */
  opening: number | null = null;

  constructor(private readonly events: PicturesEvents) {}

  static get supported(): boolean {
    return "RTCRtpScriptTransform" in globalThis;
  }

  addKey(epoch: number, key: Bytes): void {
    const message: KeyMessage = { epoch, key: new Uint8Array(key) };
    this.#started().postMessage(message, [message.key.buffer]);
  }

  /** From here on this receiver shows what was opened, and nothing else. */
  attach(receiver: RTCRtpReceiver): void {
    receiver.transform = new RTCRtpScriptTransform(this.#started(), {});
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#worker?.terminate();
    this.#worker = null;
  }

  #started(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(trusted(address), { type: "module", name: "pictures" });
    worker.onmessage = ({ data }: MessageEvent<Report>) => this.#heard(data);
    worker.onerror = () => {
      this.close();
      this.events.broken();
    };
    this.#worker = worker;
    return worker;
  }

  #heard({ opened, refused, ms }: Report): void {
    const now = performance.now();
    if (opened > 0) {
      this.#openedAt = now;
      this.opening = ms;
    }
    const most = REASONS.reduce((a, b) => (refused[b] > refused[a] ? b : a));
    if (refused[most] > 0) {
      this.#refusedAt = now;
      this.#why = most;
    }
    this.#judge();
  }

  #judge(): void {
    clearTimeout(this.#timer);
    const now = performance.now();
    const ends = (at: number): number => at + FRESH_MS - now;
    const [opened, refused] = [ends(this.#openedAt), ends(this.#refusedAt)];
    if (refused > 0) this.#timer = setTimeout(() => this.#judge(), opened > 0 ? Math.min(opened, refused) : refused);
    if (refused > 0 && opened <= 0) this.events.sealed({ is: "refused", why: this.#why });
    else this.events.sealed({ is: this.#openedAt === -Infinity ? "unknown" : "opened" });
  }
}

interface Policy {
  createScriptURL(url: string): string;
}

/** The relay has scripts' addresses vouched for (`require-trusted-types-for`); this vouches for the worker's and no other. */
const rules: Policy = {
  createScriptURL: (url) => {
    if (url !== address || new URL(url, location.href).origin !== location.origin) throw new TypeError("not the address of the pictures' worker");
    return url;
  },
};
let policy: Policy | undefined;

function trusted(url: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: { createPolicy(name: string, rules: Policy): Policy } };
  policy ??= trustedTypes?.createPolicy("ponte-pictures", rules) ?? rules;
  return policy.createScriptURL(url);
}
