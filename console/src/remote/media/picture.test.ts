import { readFileSync } from "node:fs";
import { gcm } from "@noble/ciphers/aes.js";
import { describe, expect, it } from "vitest";

import { concat, fromHex, toHex, utf8, type Bytes } from "../bytes";
import { aSlice, delta, guarded, keyPicture, LONG_CODE, noise, sealPicture, SETS, SHORT_CODE, unitsOf } from "../testing/sealer";
import { takeApart, TRAILER_BYTES } from "./picture";

const KEY = noise(32, 7);
const SHORT = Uint8Array.of(0x61, 0xe0, 0x11, 0x80);

/** Opens without a browser's cryptography. */
function opened(key: Bytes, sealed: Bytes): { plain: Bytes; epoch: number; counter: bigint } {
  const apart = takeApart(sealed);
  if (apart === null) throw new Error("has no trailer");
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setBigUint64(4, apart.counter);
  return { plain: apart.restore(gcm(key, nonce, apart.aad).decrypt(apart.sealed)), epoch: apart.epoch, counter: apart.counter };
}

describe("pictures of crates/seal/pictures.json", () => {
  const path = new URL("../../../../crates/seal/pictures.json", import.meta.url);
  const { pictures } = JSON.parse(readFileSync(path, "utf8")) as { pictures: { what?: string; key: string; epoch: number; counter: string; plain: string; sealed: string }[] };

  it.each(pictures.map((each, index) => [each.what ?? String(index), each] as const))("%s", (_what, { key, epoch, counter, plain, sealed }) => {
    expect(toHex(sealPicture(fromHex(key), epoch, BigInt(counter), fromHex(plain)))).toBe(sealed);
    const found = opened(fromHex(key), fromHex(sealed));
    expect({ ...found, plain: toHex(found.plain) }).toEqual({ plain, epoch, counter: BigInt(counter) });
  });
});

describe("a sealed picture", () => {
  it.each<[string, Bytes]>([
    ["a key picture with its parameter sets", keyPicture(3000, 1)],
    ["a delta", delta(500, 2)],
    ["two slices", concat(LONG_CODE, aSlice(1, 300, 3), LONG_CODE, aSlice(1, 200, 4))],
    ["three slices and a delimiter", concat(LONG_CODE, Uint8Array.of(9, 0xf0), LONG_CODE, aSlice(5, 90, 5), LONG_CODE, aSlice(5, 91, 6), LONG_CODE, aSlice(5, 92, 7))],
    ["a slice of 4 bytes", concat(LONG_CODE, SHORT)],
    ["a slice of 9 bytes", concat(LONG_CODE, aSlice(1, 7, 8))],
    ["a slice of 10 bytes", concat(LONG_CODE, aSlice(1, 8, 8))],
    ["a unit behind the last slice", concat(delta(50, 9), LONG_CODE, Uint8Array.of(0x0c, 0xff, 0x80))],
  ])("%s comes back as it was", (_what, plain) => {
    for (let counter = 1n; counter < 40n; counter++) {
      expect(opened(KEY, sealPicture(KEY, 7, counter, plain))).toEqual({ plain, epoch: 7, counter });
    }
  });

  it.each([["three", SHORT_CODE], ["four", LONG_CODE]] as const)("comes back whatever its ciphertext ends with, behind start codes of %s bytes", (_bytes, code) => {
    const plain = concat(code, aSlice(1, 20, 3), code, aSlice(1, 20, 4));
    let met = 0;
    for (let counter = 1n; counter < 2000n; counter++) {
      const sealed = sealPicture(KEY, 7, counter, plain);
      // The first slice's ciphertext ends in a zero.
      if (toHex(sealed).includes(`0080${toHex(code)}`)) met += 1;
      expect(opened(KEY, sealed).plain).toEqual(plain);
    }
    expect(met).toBeGreaterThan(0);
  });

  it("keeps its clear bytes and its parameter sets, and nothing that reads as a start code", () => {
    const plain = keyPicture(5000, 11);
    const sealed = sealPicture(KEY, 7, 1n, plain);
    expect(sealed.slice(0, SETS.length + 4 + 9)).toEqual(plain.slice(0, SETS.length + 4 + 9));
    expect(unitsOf(sealed).map(({ body }) => body[0])).toEqual([0x67, 0x68, 0x65]);
  });

  it("takes out an emulation byte at the edge of the clear part, and none within it", () => {
    const clear = Uint8Array.of(0x61, 0, 0, 3, 1, 5, 5, 0, 0);
    // As ciphertext; the trailer is left as it is.
    const rest = concat(Uint8Array.of(2, 0, 0, 0, 0, 0, 3, 0), noise(16, 1), new Uint8Array(7), Uint8Array.of(1, 9, 0x80));
    const body = guarded(concat(clear, rest));
    expect(body.slice(9, 12)).toEqual(Uint8Array.of(3, 2, 0));
    const apart = takeApart(concat(LONG_CODE, body))!;
    expect(apart.sealed).toEqual(rest.slice(0, 8 + 16));
    expect(apart.aad).toEqual(concat(utf8("ponte picture"), Uint8Array.of(9, 9), clear));
  });

  it("bears zeros that a way put behind it", () => {
    const plain = delta(30, 2);
    expect(opened(KEY, concat(sealPicture(KEY, 7, 1n, plain), new Uint8Array(3))).plain).toEqual(plain);
  });

  it.each<[string, Bytes]>([
    ["nothing", new Uint8Array()],
    ["two zeros", new Uint8Array(2)],
    ["parameter sets only", SETS],
    ["no start code", noise(100, 1)],
    ["a start code only", LONG_CODE],
    ["shorter than a trailer", concat(LONG_CODE, Uint8Array.of(0x61), new Uint8Array(TRAILER_BYTES - 3).fill(7), Uint8Array.of(0x80))],
    ["nothing but a trailer", concat(LONG_CODE, Uint8Array.of(0x61), new Uint8Array(TRAILER_BYTES - 2).fill(7), Uint8Array.of(0x80))],
    ["one with a slice of an extension", concat(sealPicture(KEY, 7, 1n, delta(50, 9)), LONG_CODE, Uint8Array.of(0x74, 0x11, 0x80))],
    ["no mark at the end", concat(LONG_CODE, Uint8Array.of(0x61), new Uint8Array(100).fill(7))],
  ])("%s is none", (_what, bytes) => {
    expect(takeApart(bytes)).toBeNull();
  });

  it("never fails on any bytes", () => {
    for (let seed = 0; seed < 3000; seed++) {
      const bytes = noise(seed % 90, seed).map((byte) => (byte < 150 ? byte % 4 : byte < 170 ? 0x80 : byte));
      takeApart(bytes)?.restore(new Uint8Array());
      expect(() => takeApart(bytes)).not.toThrow();
    }
  });
});
