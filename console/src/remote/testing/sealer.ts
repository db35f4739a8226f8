/** For tests: the end user's side of sealed pictures, written from docs/pairing.md independently of what opens them. */

import { gcm } from "@noble/ciphers/aes.js";

import { concat, lvCat, utf8, type Bytes } from "../bytes";

const CLEAR = 9;

/** A unit with the start code before it. */
interface Unit {
  code: Bytes;
  body: Bytes;
}

export function unitsOf(picture: Bytes): Unit[] {
  const codes: { from: number; to: number }[] = [];
  for (let i = 0; i + 2 < picture.length; i++) {
    if (picture[i] !== 0 || picture[i + 1] !== 0 || picture[i + 2] !== 1) continue;
    codes.push({ from: i > 0 && picture[i - 1] === 0 ? i - 1 : i, to: i + 3 });
  }
  return codes.map(({ from, to }, index) => ({ code: picture.slice(from, to), body: picture.slice(to, codes[index + 1]?.from) }));
}

export const isSlice = ({ body }: Unit): boolean => [1, 2, 3, 4, 5].includes((body[0] ?? 0) & 31);

/** Emulation prevention from the 10th byte on. */
export function guarded(body: Bytes): Bytes {
  const out: number[] = [];
  for (const [index, byte] of body.entries()) {
    if (index >= CLEAR && byte <= 3 && out.at(-1) === 0 && out.at(-2) === 0) out.push(3);
    out.push(byte);
  }
  return Uint8Array.from(out);
}

const bigEndian = (counter: bigint): Bytes => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, counter);
  return bytes;
};

export function sealPicture(key: Bytes, epoch: number, counter: bigint, plain: Bytes): Uint8Array<ArrayBuffer> {
  const units = unitsOf(plain);
  const slices = units.filter(isSlice);
  const rests = slices.map(({ body }) => body.slice(CLEAR));
  const aad = concat(utf8("ponte picture"), Uint8Array.of(epoch), lvCat(...slices.map(({ body }) => body.slice(0, CLEAR))));
  const sealed = gcm(key, concat(new Uint8Array(4), bigEndian(counter)), aad).encrypt(concat(...rests));
  const trailer = concat(sealed.slice(-16), bigEndian(counter), Uint8Array.of(epoch));
  let at = 0;
  const written = units.map((unit) => {
    if (!isSlice(unit)) return concat(unit.code, unit.body);
    const rest = sealed.slice(at, (at += Math.max(0, unit.body.length - CLEAR)));
    return concat(unit.code, guarded(concat(unit.body.slice(0, CLEAR), rest, unit === slices.at(-1) ? trailer : new Uint8Array(), Uint8Array.of(0x80))));
  });
  return new Uint8Array(concat(...written));
}

/** Bytes that look random and are the same in each run. */
export function noise(length: number, seed: number): Bytes {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** A slice as an encoder writes it: its header byte, then so many bytes, with emulation prevention and no zero at the end. */
export function aSlice(type: number, length: number, seed: number): Bytes {
  const out: number[] = [0x60 | type];
  for (const byte of noise(length, seed)) {
    if (byte <= 3 && out.at(-1) === 0 && out.at(-2) === 0) out.push(3);
    out.push(byte);
  }
  return Uint8Array.from([...out, 0x80]);
}

export const LONG_CODE = Uint8Array.of(0, 0, 0, 1);
export const SHORT_CODE = Uint8Array.of(0, 0, 1);
/** A sequence and a picture parameter set. */
export const SETS = concat(LONG_CODE, Uint8Array.of(0x67, 0x42, 0xc0, 0x1f, 0xda, 1, 0x40, 0x16, 0xe9), LONG_CODE, Uint8Array.of(0x68, 0xce, 0x3c, 0x80));
export const keyPicture = (length: number, seed: number): Bytes => concat(SETS, LONG_CODE, aSlice(5, length, seed));
export const delta = (length: number, seed: number): Bytes => concat(LONG_CODE, aSlice(1, length, seed));
