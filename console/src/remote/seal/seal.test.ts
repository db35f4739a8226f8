import { readFileSync } from "node:fs";
import { fromBinary } from "@bufbuild/protobuf";
import { sha512 } from "@noble/hashes/sha2.js";
import { describe, expect, it } from "vitest";

import { HandshakeSchema } from "@/gen/ponte_pb";

import { fromHex, lv, lvCat, toHex, utf8 } from "../bytes";
import { calculateGenerator, generatorString, sessionKey } from "./cpace";
import { BadPointError, decodePoint, multiply, multiplyBase, scalarFrom } from "./group";
import { HandshakeError, Initiator, OFFER_RANDOM_BYTES, type Identity, type Secret } from "./initiator";
import { deriveKeys, LANES, type Keys, type LaneName } from "./keys";
import { Lane } from "./lane";
import { LIST, spoken } from "./words";
import { linkClaim, linkClaimHash, linkPublic, linkScalar } from "./link";

describe("CPace, vectors of draft-irtf-cfrg-cpace-21 appendix A and B.3", () => {
  const prs = utf8("Password");
  const ci = fromHex("0b415f696e69746961746f720b425f726573706f6e646572");
  const sid = fromHex("7e4b4791d6a8ef019b936c79fb7f2c57");
  const ya = scalarFrom(fromHex("da3d23700a9e5699258aef94dc060dfda5ebb61f02a5ea77fad53f4ff0976d08"));
  const yb = scalarFrom(fromHex("d2316b454718c35362d83d69df6320f38578ed5984651435e2949762d900b80d"));
  const shareA = "d6bac480f2c386c394efc7c47adb9925dcd2630b64f240c50f8d0eec482b9157";
  const shareB = "3ea7e0b19560d7c0b0f5734f63b955286dfa8232b5ebe63324e2d9e7433f7258";

  it("prepends lengths", () => {
    expect(toHex(lv(new Uint8Array()))).toBe("00");
    expect(toHex(lv(utf8("1234")))).toBe("0431323334");
    expect(toHex(lv(new Uint8Array(128))).slice(0, 6)).toBe("800100");
    expect(toHex(lvCat(utf8("1234"), utf8("5"), new Uint8Array(), utf8("6789")))).toBe("04313233340135000436373839");
  });

  it("fills the first hash block and finds the generator", () => {
    expect(generatorString(prs, ci, sid).length).toBe(128 + 25 + 17);
    const g = calculateGenerator(prs, ci, sid);
    expect(toHex(g.toBytes())).toBe("222b6b195fe84b1652badb6f6a3ae3d24341e7306967f0b8115b40d5698c7e56");
    expect(toHex(multiply(g, ya))).toBe(shareA);
    expect(toHex(multiply(g, yb))).toBe(shareB);
  });

  it("agrees on the session key from both ends", () => {
    const common = { sid, shareA: fromHex(shareA), adA: utf8("ADa"), shareB: fromHex(shareB), adB: utf8("ADb") };
    const isk =
      "b69effbf61b51d56401c0f65601abe428de8206feaaf0e32198896dcae7b35cd2b38950a39dfd5d4a79164614c2984f7daa460b588c1e80c3fa2068af7900447";
    expect(toHex(sessionKey({ ...common, secretScalar: ya, peerShare: common.shareB }))).toBe(isk);
    expect(toHex(sessionKey({ ...common, secretScalar: yb, peerShare: common.shareA }))).toBe(isk);
  });

  it("multiplies as the draft does and refuses what is no point", () => {
    const s = scalarFrom(fromHex("7cd0e075fa7955ba52c02759a6c90dbbfc10e6d40aea8d283e407d88cf538a05"));
    const x = fromHex("2c3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c");
    expect(toHex(multiply(decodePoint(x), s))).toBe("7c13645fe790a468f62c39beb7388e541d8405d1ade69d1778c5fe3e7f6b600e");
    const noPoint = fromHex("2b3c6b8c4f3800e7aef6864025b4ed79bd599117e427c41bd47d93d654b4a51c");
    expect(() => decodePoint(noPoint)).toThrow(BadPointError);
    expect(() => decodePoint(new Uint8Array(32))).toThrow(BadPointError);
    expect(() => decodePoint(new Uint8Array(31))).toThrow(BadPointError);
  });
});

/** The end user's side, written from docs/pairing.md independently of the initiator. */
function endUser(initiator: Initiator, identity: Identity, secret: { digits: string } | { link: Uint8Array } | { resume: Uint8Array } | { words: true }) {
  const random = new Uint8Array(64).fill(0x5b);
  const f = scalarFrom(random);
  const a = "words" in secret ? initiator.revealed : initiator.share;
  let share: Uint8Array;
  let root: Uint8Array;
  if ("digits" in secret) {
    share = multiply(calculateGenerator(utf8(secret.digits), utf8("ponte/1 code"), identity.viewer), f);
    root = sessionKey({ sid: identity.viewer, secretScalar: f, peerShare: a, shareA: a, adA: identity.technician, shareB: share, adB: new Uint8Array() });
  } else if ("words" in secret) {
    share = multiplyBase(f);
    root = sha512(lvCat(utf8("ponte/1 words"), a, share, multiply(decodePoint(a), f)));
  } else if ("link" in secret) {
    share = multiplyBase(f);
    const p = linkPublic(secret.link);
    root = sha512(lvCat(utf8("ponte/1 link"), a, share, p, multiply(decodePoint(a), linkScalar(secret.link)), multiply(decodePoint(a), f)));
  } else {
    share = random.slice(0, 32);
    root = secret.resume;
  }
  return { share, keys: deriveKeys(root, { mode: initiator.mode, ...identity, shareA: a, shareB: share }) };
}

const identity: Identity = { viewer: new Uint8Array(16).fill(7), technician: new Uint8Array(16).fill(9) };
const random = new Uint8Array(OFFER_RANDOM_BYTES).map((_, i) => i * 3 + 1);

describe("the handshake", () => {
  it.each([
    ["code", { mode: "code", digits: "4711" } as const, { digits: "4711" }],
    ["link", { mode: "link", publicPart: linkPublic(new Uint8Array(16).fill(3)) } as const, { link: new Uint8Array(16).fill(3) }],
    ["words", { mode: "words" } as const, { words: true as const }],
    ["resume", { mode: "resume", pairingId: new Uint8Array(16), pairingSecret: new Uint8Array(32).fill(1), words: null } as const, { resume: new Uint8Array(32).fill(1) }],
  ])("agrees in mode %s", (_name, mine, theirs) => {
    const a = new Initiator(mine, identity, random);
    const b = endUser(a, identity, theirs);
    expect(toHex(a.answer(b.share))).toBe(toHex(b.keys.tagTechnician));
    expect(a.accept(b.keys.tagEndUser)).toEqual(b.keys);
  });

  it("without a secret, shows its share only after it was answered, and gives both ends five words", () => {
    const a = new Initiator({ mode: "words" }, identity, random);
    expect(toHex(a.share)).not.toBe(toHex(a.revealed));
    const b = endUser(a, identity, { words: true });
    a.answer(b.share);
    expect(() => a.answer(b.share)).toThrow(HandshakeError);
    expect(a.accept(b.keys.tagEndUser).words).toEqual(b.keys.words);
    expect(b.keys.words).toHaveLength(5);
  });

  it("does not agree when a digit differs, and refuses the end user's side", () => {
    const a = new Initiator({ mode: "code", digits: "4711" }, identity, random);
    const b = endUser(a, identity, { digits: "4712" });
    expect(toHex(a.answer(b.share))).not.toBe(toHex(b.keys.tagTechnician));
    expect(() => a.accept(b.keys.tagEndUser)).toThrow(HandshakeError);
  });

  it("refuses shares that are no points, and tags out of order", () => {
    const a = new Initiator({ mode: "code", digits: "4711" }, identity, random);
    expect(() => a.accept(new Uint8Array(32))).toThrow(HandshakeError);
    expect(() => a.answer(new Uint8Array(32))).toThrow(BadPointError);
    expect(() => a.answer(new Uint8Array(5))).toThrow(HandshakeError);
  });

  it("answers once for each offer, so that a relay gets one guess at the digits", () => {
    const a = new Initiator({ mode: "code", digits: "4711" }, identity, random);
    const b = new Initiator({ mode: "code", digits: "0000" }, identity, random);
    expect(a.answer(b.share)).toHaveLength(32);
    expect(() => a.answer(b.share)).toThrow(HandshakeError);
  });
});

describe("a sealed lane", () => {
  const keys: Keys = deriveKeys(new Uint8Array(64).fill(2), { mode: "code", ...identity, shareA: new Uint8Array(32), shareB: new Uint8Array(32) });
  const flipped = (name: LaneName) => ({ send: keys.lanes[name].receive, receive: keys.lanes[name].send });

  it("carries messages in order and once", () => {
    const here = new Lane("input", keys.lanes.input);
    const there = new Lane("input", flipped("input"));
    const first = here.seal(utf8("one"));
    const second = here.seal(utf8("two"));
    expect(toHex(first.subarray(0, 8))).toBe("0000000000000001");
    expect(there.open(second)).toEqual(utf8("two"));
    expect(there.open(first)).toBeNull();
    expect(there.open(second)).toBeNull();
  });

  it("refuses another lane's, damaged and short messages, and goes on afterwards", () => {
    const here = new Lane("input", keys.lanes.input);
    const there = new Lane("input", flipped("input"));
    expect(new Lane("pointer", flipped("pointer")).open(here.seal(utf8("x")))).toBeNull();
    const damaged = here.seal(utf8("x"));
    damaged[9] = (damaged[9] ?? 0) ^ 1;
    expect(there.open(damaged)).toBeNull();
    expect(there.open(new Uint8Array(7))).toBeNull();
    expect(there.open(here.seal(utf8("good")))).toEqual(utf8("good"));
  });
});

/** The byte vectors that the Rust side runs too. */
interface Vector {
  name: string;
  input: { digits?: string; after?: string; secret?: string; public?: string; claim?: string; claim_hash?: string };
  viewer: string;
  technician: string;
  random_technician: string;
  pairing_id: string;
  messages: { from: string; bytes: string }[];
  sealed: { lane: number; technician: string; end_user: string }[];
  words: { places: number[]; latin: string[]; cyrillic: string[] } | null;
}
const { handshakes } = JSON.parse(readFileSync(new URL("../../../../crates/seal/vectors.json", import.meta.url), "utf8")) as { handshakes: Vector[] };

describe("crates/seal/vectors.json", () => {
  const pairings = new Map<string, { pairingId: Uint8Array; pairingSecret: Uint8Array }>();

  it("has the same list of words", () => {
    const list = readFileSync(new URL("../../../../crates/seal/words.txt", import.meta.url), "utf8");
    expect(LIST).toBe(list.replaceAll("\n", ""));
  });

  it.each(handshakes.map((v) => [v.name, v] as const))("%s, byte by byte", (name, v) => {
    const { digits, after, secret: hex } = v.input;
    const secret: Secret =
      digits !== undefined ? { mode: "code", digits } : after !== undefined ? { mode: "resume", ...pairings.get(after)!, words: null } : hex !== undefined ? { mode: "link", publicPart: linkPublic(fromHex(hex)) } : { mode: "words" };
    if (hex !== undefined) {
      expect(toHex(linkPublic(fromHex(hex)))).toBe(v.input.public);
      expect(toHex(linkClaim(fromHex(hex)))).toBe(v.input.claim);
      expect(toHex(linkClaimHash(fromHex(hex)))).toBe(v.input.claim_hash);
    }
    const initiator = new Initiator(secret, { viewer: fromHex(v.viewer), technician: fromHex(v.technician) }, fromHex(v.random_technician));
    const message = (index: number) => fromBinary(HandshakeSchema, fromHex(v.messages[index]!.bytes)).body;
    const offer = message(0);
    const answer = message(1);
    const confirm = message(2);
    const accept = message(3);
    if (offer.case !== "offer" || answer.case !== "answer" || confirm.case !== "confirm" || accept.case !== "accept") throw new Error("unexpected order");
    expect(toHex(initiator.share)).toBe(toHex(offer.value.share));
    expect(toHex(initiator.pairingId)).toBe(toHex(offer.value.pairingId));
    expect(toHex(initiator.answer(answer.value.share))).toBe(toHex(confirm.value.tag));
    expect(toHex(initiator.revealed)).toBe(toHex(confirm.value.share));
    const keys = initiator.accept(accept.value.tag);
    expect(keys.words).toEqual(v.words?.places ?? null);
    if (v.words !== null) for (const alphabet of ["latin", "cyrillic"] as const) expect(spoken(v.words.places, alphabet)).toEqual(v.words[alphabet]);
    pairings.set(name, { pairingId: accept.value.pairingId, pairingSecret: keys.pairingSecret });
    expect(toHex(accept.value.pairingId)).toBe(v.pairing_id);
    for (const { lane, technician, end_user } of v.sealed) {
      const found = (Object.keys(LANES) as LaneName[]).find((each) => LANES[each] === lane)!;
      const mine = new Lane(found, keys.lanes[found]);
      expect(toHex(mine.seal(utf8("to the end user")))).toBe(technician);
      expect(mine.open(fromHex(end_user))).toEqual(utf8("to the technician"));
    }
  });
});
