/** From the root secret of a handshake to tags and lane keys (docs/pairing.md, "Keys"). */

import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { lvCat, utf8, type Bytes } from "../bytes";

/** The byte that names a mode in the transcript. */
export const MODE = { code: 1, link: 2, resume: 3, words: 4 } as const;
export type Mode = keyof typeof MODE;

export const LANES = { control: 2, input: 3, pointer: 4 } as const;
export type LaneName = keyof typeof LANES;

export interface Transcript {
  mode: Mode;
  viewer: Bytes;
  technician: Bytes;
  shareA: Bytes;
  shareB: Bytes;
}

export interface LaneKeys {
  /** Technician → end user. */
  send: Bytes;
  /** End user → technician. */
  receive: Bytes;
}

export interface Keys {
  tagTechnician: Bytes;
  tagEndUser: Bytes;
  pairingSecret: Bytes;
  /** Where no secret was shared: five places in the list of words. */
  words: readonly number[] | null;
  lanes: Record<LaneName, LaneKeys>;
}

export function deriveKeys(root: Bytes, t: Transcript): Keys {
  const th = sha256(lvCat(utf8("ponte/1"), Uint8Array.of(MODE[t.mode]), t.viewer, t.technician, t.shareA, t.shareB));
  const prk = extract(sha256, root, th);
  const key = (info: string): Bytes => expand(sha256, prk, utf8(info), 32);
  const lane = (digit: number): LaneKeys => ({
    send: key(`ponte lane ${digit} technician`),
    receive: key(`ponte lane ${digit} end user`),
  });
  return {
    tagTechnician: key("ponte confirm technician"),
    tagEndUser: key("ponte confirm end user"),
    pairingSecret: key("ponte pairing"),
    words: t.mode === "words" ? wordsFrom(key("ponte words")) : null,
    lanes: { control: lane(LANES.control), input: lane(LANES.input), pointer: lane(LANES.pointer) },
  };
}

const WORDS = 5;

/** The first 55 bits of a hash as five numbers of eleven bits. */
export function wordsFrom(hash: Bytes): number[] {
  let bits = 0n;
  for (const byte of hash.subarray(0, 7)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 1n;
  return Array.from({ length: WORDS }, (_, index) => Number((bits >> BigInt(11 * (WORDS - 1 - index))) & 0x7ffn));
}
