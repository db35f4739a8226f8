/** CPace over ristretto255 with SHA-512, initiator's side (draft-irtf-cfrg-cpace-21, sections 7 and 8.3). */

import { sha512 } from "@noble/hashes/sha2.js";

import { concat, lv, lvCat, utf8, type Bytes } from "../bytes";
import { decodePoint, derivePoint, multiply, type Point } from "./group";

const DSI = utf8("CPaceRistretto255");
const DSI_ISK = utf8("CPaceRistretto255_ISK");
const SHA512_BLOCK = 128;

/** Fills the first hash block, so that the work does not depend on the length of the password. */
export function generatorString(prs: Bytes, ci: Bytes, sid: Bytes): Bytes {
  const padding = Math.max(0, SHA512_BLOCK - 1 - lv(prs).length - lv(DSI).length);
  return lvCat(DSI, prs, new Uint8Array(padding), ci, sid);
}

export const calculateGenerator = (prs: Bytes, ci: Bytes, sid: Bytes): Point =>
  derivePoint(sha512(generatorString(prs, ci, sid)));

/** The initiator–responder session key (ISK, 64 bytes). */
export function sessionKey(input: {
  sid: Bytes;
  secretScalar: bigint;
  peerShare: Bytes;
  shareA: Bytes;
  adA: Bytes;
  shareB: Bytes;
  adB: Bytes;
}): Bytes {
  const k = multiply(decodePoint(input.peerShare), input.secretScalar);
  return sha512(
    concat(lvCat(DSI_ISK, input.sid, k), lvCat(input.shareA, input.adA), lvCat(input.shareB, input.adB)),
  );
}
