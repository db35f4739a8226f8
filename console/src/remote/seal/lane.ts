/** One sealed lane: AES-256-GCM with a counter (docs/pairing.md, "Sealed message"). Synchronous, so order holds. */

import { gcm } from "@noble/ciphers/aes.js";

import { concat, type Bytes } from "../bytes";
import { LANES, type LaneKeys, type LaneName } from "./keys";

const COUNTER_BYTES = 8;
const NONCE_BYTES = 12;

function nonce(counter: bigint): Bytes {
  const bytes = new Uint8Array(NONCE_BYTES);
  new DataView(bytes.buffer).setBigUint64(NONCE_BYTES - COUNTER_BYTES, counter);
  return bytes;
}

export class Lane {
  readonly #aad: Bytes;
  #sent = 0n;
  #accepted = 0n;

  constructor(
    readonly name: LaneName,
    private readonly keys: LaneKeys,
  ) {
    this.#aad = Uint8Array.of(LANES[name]);
  }

  seal(plain: Bytes): Bytes {
    this.#sent += 1n;
    const n = nonce(this.#sent);
    return concat(n.subarray(NONCE_BYTES - COUNTER_BYTES), gcm(this.keys.send, n, this.#aad).encrypt(plain));
  }

  /** The message, or `null` when it is forged, damaged, or not newer than the last accepted one. */
  open(sealed: Bytes): Bytes | null {
    if (sealed.length < COUNTER_BYTES) return null;
    const counter = new DataView(sealed.buffer, sealed.byteOffset).getBigUint64(0);
    if (counter <= this.#accepted) return null;
    try {
      const plain = gcm(this.keys.receive, nonce(counter), this.#aad).decrypt(sealed.subarray(COUNTER_BYTES));
      this.#accepted = counter;
      return plain;
    } catch {
      return null;
    }
  }
}
