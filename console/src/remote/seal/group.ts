/** ristretto255 (RFC 9496) as the key agreement uses it: canonical 32-byte points, scalars as bigints. */

import { ristretto255, ristretto255_hasher } from "@noble/curves/ed25519.js";

import type { Bytes } from "../bytes";

export type Point = InstanceType<typeof ristretto255.Point>;
export const ORDER = ristretto255.Point.Fn.ORDER;

/** A share that is no canonical point, or the identity. */
export class BadPointError extends Error {
  override readonly name = "BadPointError";
}

/** A little-endian number of any length, reduced modulo the group order. */
export function scalarFrom(bytes: Bytes): bigint {
  let value = 0n;
  for (let i = bytes.length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i] ?? 0);
  return value % ORDER;
}

export function decodePoint(bytes: Bytes): Point {
  let point: Point;
  try {
    point = ristretto255.Point.fromBytes(bytes);
  } catch {
    throw new BadPointError("not a canonical ristretto255 point");
  }
  if (point.equals(ristretto255.Point.ZERO)) throw new BadPointError("the identity");
  return point;
}

/** scalar·point; refuses a result that is the identity. */
export function multiply(point: Point, scalar: bigint): Bytes {
  if (scalar === 0n) throw new BadPointError("the identity");
  return point.multiply(scalar).toBytes();
}

export const multiplyBase = (scalar: bigint): Bytes => multiply(ristretto255.Point.BASE, scalar);

/** The element derivation of RFC 9496 §4.3.4 over 64 uniform bytes. */
export function derivePoint(uniform: Bytes): Point {
  const point = ristretto255_hasher.deriveToCurve?.(uniform);
  if (point === undefined) throw new Error("ristretto255 element derivation is missing");
  return point;
}
