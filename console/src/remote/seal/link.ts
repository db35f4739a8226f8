/** What is derived from an invite link's secret (docs/pairing.md, LINK). */

import { sha256, sha512 } from "@noble/hashes/sha2.js";

import { concat, utf8, type Bytes } from "../bytes";
import { multiplyBase, scalarFrom } from "./group";

export const LINK_SECRET_BYTES = 16;

/** The public part `P` that the relay stores. */
export const linkPublic = (secret: Bytes): Bytes => multiplyBase(linkScalar(secret));

export const linkScalar = (secret: Bytes): bigint => scalarFrom(sha512(concat(utf8("ponte/1 link scalar"), secret)));

/** What the SOS program presents to the relay. */
export const linkClaim = (secret: Bytes): Bytes => sha256(concat(utf8("ponte/1 link claim"), secret));

/** What the relay stores of it. */
export const linkClaimHash = (secret: Bytes): Bytes => sha256(linkClaim(secret));
