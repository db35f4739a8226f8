/** The bytes of sealed pictures (docs/pairing.md, "Sealed pictures"): an H.264 access unit in Annex B, taken apart and put together again. */

import { utf8, type Bytes } from "../bytes";

type Buffer = Uint8Array<ArrayBuffer>;

const CLEAR_BYTES = 9;
const TAG_BYTES = 16;
const COUNTER_BYTES = 8;
export const TRAILER_BYTES = TAG_BYTES + COUNTER_BYTES + 1;
/** Ends each slice. */
const END = 0x80;
const ABOUT = utf8("ponte picture");

export interface SealedPicture {
  epoch: number;
  counter: bigint;
  aad: Buffer;
  /** Ciphertext and tag, as WebCrypto takes them. */
  sealed: Buffer;
  /** The access unit with the opened rests in their places. To be called once: it works in the bytes that `sealed` shows. */
  restore: (plain: Bytes) => Buffer;
}

/** Where a slice's clear part begins, where its rest does, where that ends, and where what follows it begins. */
interface Slice {
  body: number;
  rest: number;
  end: number;
  next: number;
}

/** Null for what has no slice, one without its end, or no trailer in the last one. */
export function takeApart(picture: Bytes): SealedPicture | null {
  const { flat, length, slices, strange } = flatten(picture);
  const last = slices.at(-1);
  if (last === undefined || strange) return null;
  for (const slice of slices) {
    while (slice.end > slice.body && flat[slice.end - 1] === 0) slice.end -= 1;
    slice.end -= 1;
    if (slice.end <= slice.body || flat[slice.end] !== END) return null;
  }
  last.end -= TRAILER_BYTES;
  // The header byte is a slice's at the least.
  if (last.end <= last.body) return null;
  for (const slice of slices) slice.rest = Math.min(slice.body + CLEAR_BYTES, slice.end);
  const tagEnd = last.end + TAG_BYTES;
  const epoch = flat[tagEnd + COUNTER_BYTES] ?? 0;
  return {
    epoch,
    counter: new DataView(flat.buffer).getBigUint64(tagEnd),
    aad: aadOf(flat, slices, epoch),
    // Of the only slice, rest and tag lie together already.
    sealed: slices.length === 1 ? flat.subarray(last.rest, tagEnd) : joined(flat, slices, tagEnd),
    restore: (plain) => {
      let at = 0;
      let to = slices[0]?.body ?? 0;
      for (const [index, { body, rest, end, next }] of slices.entries()) {
        flat.set(plain.subarray(at, at + end - rest), rest);
        at += end - rest;
        // Behind the one before, whose end and trailer have gone.
        if (to !== body) flat.copyWithin(to, body, end);
        to += end - body;
        const upto = slices[index + 1]?.body ?? length;
        flat.copyWithin(to, next, upto);
        to += upto - next;
      }
      return flat.slice(0, to);
    },
  };
}

/**
 * The picture without the emulation bytes of its slices, from their 10th byte on. Looks at every third byte where it
 * can: what ends in 1 or 3 after two zeros cannot reach over a byte that is neither zero nor its own last.
 */
function flatten(data: Bytes): { flat: Buffer; length: number; slices: Slice[]; strange: boolean } {
  const flat = new Uint8Array(data.length);
  const slices: Slice[] = [];
  /** There is a unit that no sealed picture has. */
  let strange = false;
  let copied = 0;
  let length = 0;
  const copyTo = (to: number): void => {
    flat.set(data.subarray(copied, to), length);
    length += to - copied;
    copied = to;
  };
  let slice: Slice | null = null;
  /** From here on a 3 after two zeros is an emulation byte. */
  let guarded = Infinity;
  for (let i = 2; i < data.length; ) {
    const byte = data[i] ?? 0;
    if (byte === 0) {
      i += 1;
      continue;
    }
    if (byte <= 3 && data[i - 1] === 0 && data[i - 2] === 0) {
      if (byte === 1) {
        // A fourth byte of the start code is not the unit's before it; further zeros are.
        copyTo(data[i - 3] === 0 ? i - 3 : i - 2);
        if (slice !== null) slice.end = slice.next = length;
        slice = null;
        guarded = Infinity;
        copyTo(i + 1);
        strange ||= !isKnown(data[i + 1]);
        if (isSlice(data[i + 1])) {
          slice = { body: length, rest: length, end: length, next: length };
          slices.push(slice);
          guarded = i + 1 + CLEAR_BYTES;
        }
      } else if (byte === 3 && i >= guarded) {
        copyTo(i);
        copied = i + 1;
      }
    }
    i += 3;
  }
  copyTo(data.length);
  if (slice !== null) slice.end = slice.next = length;
  return { flat, length, slices, strange };
}

/** nal_unit_type 1 to 5 (ITU-T H.264, table 7-1). */
function isSlice(header: number | undefined): boolean {
  const type = (header ?? 0) & 0x1f;
  return type >= 1 && type <= 5;
}

/** Beside slices: parameter sets, delimiters, fillers. All further types carry or steer pictures of extensions (annexes F to I), in clear. */
function isKnown(header: number | undefined): boolean {
  const type = (header ?? 0) & 0x1f;
  return type >= 1 && type <= 12;
}

function aadOf(flat: Bytes, slices: readonly Slice[], epoch: number): Buffer {
  const aad = new Uint8Array(ABOUT.length + 1 + slices.length * (1 + CLEAR_BYTES));
  aad.set(ABOUT);
  aad[ABOUT.length] = epoch;
  let at = ABOUT.length + 1;
  for (const { body, rest } of slices) {
    // So short that its LEB128 length is one byte.
    aad[at] = rest - body;
    aad.set(flat.subarray(body, rest), at + 1);
    at += 1 + rest - body;
  }
  return aad.subarray(0, at);
}

function joined(flat: Bytes, slices: readonly Slice[], tagEnd: number): Buffer {
  const out = new Uint8Array(slices.reduce((sum, { rest, end }) => sum + end - rest, TAG_BYTES));
  let at = 0;
  for (const { rest, end } of slices) {
    out.set(flat.subarray(rest, end), at);
    at += end - rest;
  }
  out.set(flat.subarray(tagEnd - TAG_BYTES, tagEnd), at);
  return out;
}
