/**
 * The technician's side of the key agreement (docs/pairing.md). Sans-I/O: messages go in and come out as values,
 * random bytes are arguments. One instance serves one `Offer`.
 */

import { sha256, sha512 } from "@noble/hashes/sha2.js";

import { equal, lvCat, utf8, type Bytes } from "../bytes";
import { calculateGenerator, sessionKey } from "./cpace";
import { decodePoint, multiply, multiplyBase, scalarFrom } from "./group";
import { deriveKeys, type Keys, type Mode } from "./keys";

/** What the technician brings to prove the right to this session. */
export type Secret =
  | { mode: "code"; digits: string }
  | { mode: "link"; publicPart: Bytes }
  | { mode: "words" }
  | { mode: "resume"; pairingId: Bytes; pairingSecret: Bytes; words: readonly number[] | null };

export interface Identity {
  /** 16 bytes, drawn by the relay for this attachment. */
  viewer: Bytes;
  /** 16 bytes of the technician's id. */
  technician: Bytes;
}

/** Random bytes an offer uses up. */
export const OFFER_RANDOM_BYTES = 64;

/** The other side's answer cannot be used; nothing was agreed. */
export class HandshakeError extends Error {
  override readonly name = "HandshakeError";
}

export class Initiator {
  readonly mode: Mode;
  /** To send in `Offer`; for WORDS it is the commitment to a share that follows in `Confirm`. */
  readonly share: Bytes;
  /** To send in `Confirm`; empty but for WORDS. */
  readonly revealed: Bytes;
  /** To send in `Offer`, for RESUME; empty otherwise. */
  readonly pairingId: Bytes;
  readonly #scalar: bigint;
  readonly #share: Bytes;
  #keys: Keys | null = null;

  constructor(
    private readonly secret: Secret,
    private readonly identity: Identity,
    random: Bytes,
  ) {
    if (random.length !== OFFER_RANDOM_BYTES) throw new RangeError("an offer needs 64 random bytes");
    this.mode = secret.mode;
    this.pairingId = secret.mode === "resume" ? secret.pairingId : new Uint8Array();
    this.#scalar = scalarFrom(random);
    this.#share = this.#ownShare(random);
    this.share = secret.mode === "words" ? this.#commitment() : this.#share;
    this.revealed = secret.mode === "words" ? this.#share : new Uint8Array();
  }

  /** Takes the end user's share; gives `tag_a` to send in `Confirm`. */
  answer(share: Bytes): Bytes {
    if (share.length !== 32) throw new HandshakeError("the share is not 32 bytes");
    // Each answer would draw another tag, and each tag tests one guess of the digits.
    if (this.#keys !== null) throw new HandshakeError("answered twice");
    const keys = deriveKeys(this.#root(share), {
      mode: this.mode,
      viewer: this.identity.viewer,
      technician: this.identity.technician,
      shareA: this.#share,
      shareB: share,
    });
    this.#keys = keys;
    return keys.tagTechnician;
  }

  /** Takes `tag_b`; gives the keys, or refuses an end user's side that does not know the secret. */
  accept(tag: Bytes): Keys {
    if (this.#keys === null) throw new HandshakeError("accepted before it was answered");
    if (!equal(tag, this.#keys.tagEndUser)) throw new HandshakeError("the end user's confirmation is wrong");
    return this.#keys;
  }

  #commitment(): Bytes {
    return sha256(lvCat(utf8("ponte/1 words commitment"), this.identity.viewer, this.identity.technician, this.#share));
  }

  #ownShare(random: Bytes): Bytes {
    switch (this.secret.mode) {
      case "code":
        return multiply(this.#generator(this.secret.digits), this.#scalar);
      case "link":
      case "words":
        return multiplyBase(this.#scalar);
      case "resume":
        return random.slice(0, 32);
    }
  }

  #generator(digits: string) {
    return calculateGenerator(utf8(digits), utf8("ponte/1 code"), this.identity.viewer);
  }

  #root(shareB: Bytes): Bytes {
    switch (this.secret.mode) {
      case "code":
        return sessionKey({
          sid: this.identity.viewer,
          secretScalar: this.#scalar,
          peerShare: shareB,
          shareA: this.#share,
          adA: this.identity.technician,
          shareB,
          adB: new Uint8Array(),
        });
      case "link": {
        const { publicPart } = this.secret;
        const eP = multiply(decodePoint(publicPart), this.#scalar);
        const eF = multiply(decodePoint(shareB), this.#scalar);
        return sha512(lvCat(utf8("ponte/1 link"), this.#share, shareB, publicPart, eP, eF));
      }
      case "words":
        return sha512(lvCat(utf8("ponte/1 words"), this.#share, shareB, multiply(decodePoint(shareB), this.#scalar)));
      case "resume":
        return this.secret.pairingSecret;
    }
  }
}
