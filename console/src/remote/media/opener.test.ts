import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { delta, keyPicture, noise, sealPicture } from "../testing/sealer";
import type { Bytes } from "../bytes";
import { KEY_WAIT_MS, Opener, type Outcome } from "./opener";
import { serve, type Frame, type KeyMessage, type Scope, type Transformer } from "./serve";
import type { Report } from "./tally";

const keyOf = (seed: number): Uint8Array<ArrayBuffer> => new Uint8Array(noise(32, seed));
const plain = delta(80, 1);
const sealed = (epoch: number, counter: number, seed = epoch, what: Bytes = plain): Uint8Array<ArrayBuffer> => sealPicture(keyOf(seed), epoch, BigInt(counter), what);
const reports: Report[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  reports.length = 0;
});
afterEach(() => vi.useRealTimers());

const opener = (...epochs: number[]): Opener => {
  const made = new Opener((report) => reports.push(report));
  for (const epoch of epochs) made.addKey(epoch, keyOf(epoch));
  return made;
};
const opened = { picture: plain };
const refused = (why: string): object => ({ refused: why });

describe("opening", () => {
  it("gives pictures back as they were", async () => {
    const it = opener(1);
    const big = keyPicture(5000, 2);
    expect(await it.open(sealed(1, 1, 1, big))).toEqual({ picture: big });
    expect(await it.open(sealed(1, 2))).toEqual(opened);
  });

  it("takes only counters above the last of the same epoch", async () => {
    const it = opener(1, 2);
    expect(await it.open(sealed(1, 0))).toEqual(refused("repeated"));
    expect(await it.open(sealed(1, 5))).toEqual(opened);
    expect(await it.open(sealed(1, 5))).toEqual(refused("repeated"));
    expect(await it.open(sealed(1, 4))).toEqual(refused("repeated"));
    expect(await it.open(sealed(1, 6))).toEqual(opened);
    expect(await it.open(sealed(2, 1))).toEqual(opened);
    // Kept back by somebody, and brought after what came later.
    expect(await it.open(sealed(1, 7))).toEqual(refused("no_key"));
  });

  it("refuses what was changed, wherever, and counts on from the last that opened", async () => {
    const it = opener(1);
    const good = sealed(1, 9);
    // The header's type stays a slice's, and the mark stays; epoch and counter lead elsewhere and are tried below.
    for (let at = 5; at < good.length - 12; at += 3) {
      const bad = good.slice();
      bad[at] = (bad[at] ?? 0) ^ 0x10;
      expect(await it.open(bad), String(at)).toEqual(refused("forged"));
    }
    const counted = good.slice();
    counted[good.length - 3] = 200;
    expect(await it.open(counted)).toEqual(refused("forged"));
    expect(await it.open(sealed(1, 9, 2))).toEqual(refused("forged"));
    expect(await it.open(good)).toEqual(opened);
  });

  it("refuses a picture that says it is of another epoch", async () => {
    const it = opener(1, 2);
    const moved = sealed(1, 1);
    moved[moved.length - 2] = 2;
    expect(await it.open(moved)).toEqual(refused("forged"));
  });

  it("refuses what was never sealed", async () => {
    expect(await opener(1).open(Uint8Array.of(0, 0, 0, 1, 0x67, 1, 2, 3))).toEqual(refused("unsealed"));
    expect(await opener(1).open(delta(60, 3).map((byte, at, all) => (at === all.length - 1 ? 0x40 : byte)))).toEqual(refused("unsealed"));
  });

  it("waits for the key of an epoch, for two seconds from the picture's coming", async () => {
    const it = opener();
    const first = it.open(sealed(1, 1));
    await vi.advanceTimersByTimeAsync(KEY_WAIT_MS - 1);
    it.addKey(1, keyOf(1));
    expect(await first).toEqual(opened);
    let late: Outcome | null = null;
    void it.open(sealed(2, 1), performance.now() - 500).then((outcome) => (late = outcome));
    await vi.advanceTimersByTimeAsync(KEY_WAIT_MS - 501);
    expect(late).toBeNull();
    await vi.advanceTimersByTimeAsync(1);
    expect(late).toEqual(refused("no_key"));
  });

  it("does not wait for a key of before, and no longer once one of after has come", async () => {
    const it = opener(9);
    expect(await it.open(sealed(8, 1))).toEqual(refused("no_key"));
    const waits = it.open(sealed(10, 1));
    it.addKey(11, keyOf(11));
    expect(await waits).toEqual(refused("no_key"));
    const wraps = opener(255).open(sealed(254, 1));
    expect(await wraps).toEqual(refused("no_key"));
    const next = opener(255);
    const first = next.open(sealed(1, 1));
    next.addKey(1, keyOf(1));
    expect(await first).toEqual(opened);
  });

  it("begins an epoch anew whose number is used again", async () => {
    const it = opener(1);
    expect(await it.open(sealed(1, 7))).toEqual(opened);
    it.addKey(1, keyOf(99));
    expect(await it.open(sealed(1, 8))).toEqual(refused("forged"));
    expect(await it.open(sealed(1, 1, 99))).toEqual(opened);
  });

  it("keeps the keys of three epochs, the newest", async () => {
    const it = opener(1, 2, 3);
    it.addKey(1, keyOf(1)); // the newest again
    it.addKey(4, keyOf(4));
    for (const epoch of [3, 1, 4]) expect(await it.open(sealed(epoch, 1))).toEqual(opened);
    expect(await it.open(sealed(2, 1), -KEY_WAIT_MS)).toEqual(refused("no_key"));
  });

  it("takes no key that is none", async () => {
    const it = opener();
    it.addKey(0, keyOf(1));
    it.addKey(256, keyOf(1));
    it.addKey(1, new Uint8Array(16));
    expect(await it.open(sealed(1, 1), -KEY_WAIT_MS)).toEqual(refused("no_key"));
  });

  it("opens one of two that came by two links, once", async () => {
    const it = opener(1);
    const outcomes = await Promise.all([it.open(sealed(1, 1)), it.open(sealed(1, 1))]);
    expect(outcomes).toEqual([opened, refused("repeated")]);
  });

  it("tells of the first of each kind at once, and of the rest once a second", async () => {
    const it = opener(1);
    await it.open(sealed(1, 1));
    await it.open(sealed(1, 2));
    await it.open(new Uint8Array());
    expect(reports).toMatchObject([{ opened: 1, refused: { unsealed: 0 } }, { opened: 1, refused: { unsealed: 1 } }]);
    expect(reports[0]?.ms).toBeGreaterThanOrEqual(0);
    for (let counter = 3; counter < 9; counter++) await it.open(sealed(1, counter));
    await it.open(new Uint8Array());
    expect(reports).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1000);
    expect(reports.slice(2)).toMatchObject([{ opened: 6, refused: { unsealed: 1, forged: 0 } }]);
    await it.open(new Uint8Array());
    await vi.advanceTimersByTimeAsync(1000);
    expect(reports.slice(3)).toMatchObject([{ opened: 0, ms: null, refused: { unsealed: 1 } }]);
  });
});

describe("the worker", () => {
  interface Stream {
    come: (data: Uint8Array<ArrayBuffer>) => void;
    end: () => void;
    /** What was handed on. */
    out: Bytes[];
    asked: ReturnType<typeof vi.fn<() => Promise<void>>>;
  }
  let scope: Scope;
  const key = (epoch: number, seed = epoch): void => scope.onmessage?.({ data: { epoch, key: keyOf(seed) } satisfies KeyMessage });
  const stream = (asked = vi.fn(() => Promise.resolve())): Stream => {
    const out: Bytes[] = [];
    let input: ReadableStreamDefaultController<Frame> | undefined;
    const transformer: Transformer = {
      readable: new ReadableStream<Frame>({ start: (controller) => void (input = controller) }),
      writable: new WritableStream<Frame>({ write: (frame) => void out.push(new Uint8Array(frame.data)) }),
      sendKeyFrameRequest: asked,
    };
    scope.onrtctransform?.({ transformer });
    return { come: (data) => input?.enqueue({ data: data.buffer }), end: () => input?.error(new Error("closed")), out, asked };
  };
  beforeEach(() => {
    scope = { onmessage: null, onrtctransform: null, postMessage: (report) => reports.push(report) };
    serve(scope);
  });

  it("hands pictures on in their order, also those that waited", async () => {
    const { come, out } = stream();
    const pictures = [1, 2, 3, 4].map((seed) => delta(40 + seed, seed));
    key(1);
    come(sealed(2, 1, 2, pictures[0]));
    come(sealed(2, 2, 2, pictures[1]));
    come(sealed(2, 3, 2, pictures[2]));
    await vi.advanceTimersByTimeAsync(1000);
    expect(out).toEqual([]);
    key(2);
    come(sealed(2, 4, 2, pictures[3]));
    await vi.waitFor(() => expect(out).toEqual(pictures));
  });

  it("lets nothing of a refused picture through, and asks for a key picture", async () => {
    const { come, out, asked } = stream();
    key(1);
    come(sealed(1, 1));
    come(sealed(1, 1));
    come(new Uint8Array(delta(40, 3)));
    come(sealed(1, 2));
    await vi.waitFor(() => expect(out).toHaveLength(2));
    expect(out).toEqual([plain, plain]);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("asks every half second at most, and again for what was refused meanwhile", async () => {
    const { come, asked } = stream();
    const bad = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) come(new Uint8Array(5));
      await vi.advanceTimersByTimeAsync(0);
    };
    await bad(5);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(499);
    expect(asked).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(asked).toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(5000);
    expect(asked).toHaveBeenCalledTimes(2);
    await bad(1);
    expect(asked).toHaveBeenCalledTimes(3);
  });

  it.each([
    ["rejects", () => Promise.reject(new Error("not now"))],
    ["throws", () => {
      throw new Error("not now");
    }],
  ])("goes on where asking %s", async (_how, fails) => {
    const { come, out, asked } = stream(vi.fn<() => Promise<void>>(fails));
    key(1);
    come(new Uint8Array(5));
    come(sealed(1, 1));
    await vi.waitFor(() => expect(out).toHaveLength(1));
    expect(asked).toHaveBeenCalled();
  });

  it("keeps keys and counters over several links, and bears the end of one", async () => {
    const first = stream();
    key(1);
    first.come(sealed(1, 3));
    await vi.waitFor(() => expect(first.out).toHaveLength(1));
    first.end();
    const second = stream();
    second.come(sealed(1, 3));
    second.come(sealed(1, 4));
    await vi.waitFor(() => expect(second.out).toHaveLength(1));
    expect(second.asked).toHaveBeenCalledTimes(1);
  });
});
