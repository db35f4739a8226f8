/** From the root secret of a handshake to tags and lane keys (docs/pairing.md, "Keys"). */

import { expand, extract } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";

import { lvCat, utf8, type Bytes } from "../bytes";

/** The byte that names a mode in the transcript. */
export const MODE = { code: 1, link: 2, resume: 3 } as const;
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
    lanes: { control: lane(LANES.control), input: lane(LANES.input), pointer: lane(LANES.pointer) },
  };
}
