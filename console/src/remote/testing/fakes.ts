/** For tests: the browser's sockets and peer connections without a network, and an end user's side that speaks the protocol. */

import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";

import {
  FromEndUserSchema, FromTechnicianSchema, FromViewerSchema, GrantKind, HandshakeMode, HandshakeSchema, Lane as WireLane, ToViewerSchema,
  type FromTechnician, type FromViewer,
} from "@/gen/ponte_pb";

import { sha256, sha512 } from "@noble/hashes/sha2.js";

import { equal, lvCat, utf8, uuidBytes, type Bytes } from "../bytes";
import { serve, type Frame, type KeyMessage, type Scope } from "../media/serve";
import { calculateGenerator, sessionKey } from "../seal/cpace";
import { decodePoint, multiply, multiplyBase, scalarFrom } from "../seal/group";
import { deriveKeys, type Keys, type LaneName } from "../seal/keys";
import { Lane } from "../seal/lane";

export const TECHNICIAN = "0199f3a0-0000-7000-8000-000000000001";
export const SESSION = "0199f3a0-0000-7000-8000-0000000000aa";
export const DIGITS = "4711";
const PAIRING_ID = new Uint8Array(16).fill(8);
const WRONG: Bytes = utf8("nothing");

function lastOf<T>(all: readonly T[]): T {
  const last = all.at(-1);
  if (last === undefined) throw new Error("there is none yet");
  return last;
}

export class FakeSocket {
  static all: FakeSocket[] = [];
  static get last(): FakeSocket {
    return lastOf(FakeSocket.all);
  }

  readyState: number = WebSocket.CONNECTING;
  bufferedAmount = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: FromViewer["body"][] = [];
  /** What hears each message of the console. */
  heard: (body: FromViewer["body"]) => void = () => undefined;

  constructor(readonly url: string) {
    FakeSocket.all.push(this);
  }

  open(): void {
    this.readyState = WebSocket.OPEN;
    this.onopen?.();
  }

  send(data: Uint8Array): void {
    const { body } = fromBinary(FromViewerSchema, data);
    this.sent.push(body);
    this.heard(body);
  }

  say(body: MessageInitShape<typeof ToViewerSchema>["body"]): void {
    if (body !== undefined) this.onmessage?.({ data: toBinary(ToViewerSchema, create(ToViewerSchema, { body })).slice().buffer });
  }

  /** The network or the relay is gone. */
  break(): void {
    this.readyState = WebSocket.CLOSED;
    this.onclose?.();
  }

  close(): void {
    this.readyState = WebSocket.CLOSED;
  }
}

class FakeChannel {
  readyState = "connecting";
  bufferedAmount = 0;
  binaryType = "";
  onopen: (() => void) | null = null;
  onmessage: unknown = null;
  readonly sent: Uint8Array[] = [];
  send(data: Uint8Array): void {
    this.sent.push(data);
  }
}

export class FakePeer {
  static all: FakePeer[] = [];
  static get last(): FakePeer {
    return lastOf(FakePeer.all);
  }

  connectionState = "new";
  iceGatheringState = "complete";
  signalingState = "stable";
  localDescription: { sdp: string } | null = null;
  onconnectionstatechange: (() => void) | null = null;
  ontrack: unknown = null;
  closed = false;
  readonly channels: Record<string, FakeChannel> = {};

  constructor() {
    FakePeer.all.push(this);
  }

  createDataChannel(label: string): FakeChannel {
    return (this.channels[label] = new FakeChannel());
  }
  readonly receiver: { transform: FakeTransform | null } = { transform: null };
  addTransceiver(): object {
    return { receiver: this.receiver };
  }
  setLocalDescription(): Promise<void> {
    this.localDescription = { sdp: "offer" };
    this.signalingState = "have-local-offer";
    return Promise.resolve();
  }
  setRemoteDescription(): Promise<void> {
    this.signalingState = "stable";
    return Promise.resolve();
  }
  getStats(): Promise<Map<string, unknown>> {
    return Promise.resolve(new Map<string, unknown>());
  }
  close(): void {
    this.closed = true;
  }

  to(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
  connect(): void {
    this.to("connected");
    for (const channel of Object.values(this.channels)) {
      channel.readyState = "open";
      channel.onopen?.();
    }
  }
}

/** The worker's file run beside the page: what is posted is cloned, as between threads. */
export class FakeWorker {
  static all: FakeWorker[] = [];
  static get last(): FakeWorker {
    return lastOf(FakeWorker.all);
  }

  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror: (() => void) | null = null;
  over = false;
  readonly scope: Scope = { onmessage: null, onrtctransform: null, postMessage: (report) => this.onmessage?.({ data: structuredClone(report) }) };

  constructor(readonly url: string) {
    FakeWorker.all.push(this);
    serve(this.scope);
  }

  postMessage(message: KeyMessage, transfer: Transferable[]): void {
    this.scope.onmessage?.({ data: structuredClone(message, { transfer }) });
  }
  terminate(): void {
    this.over = true;
  }
}

/** Between the network and the decoder of one receiver. */
export class FakeTransform {
  readonly shown: Bytes[] = [];
  #input: ReadableStreamDefaultController<Frame> | undefined;

  constructor(worker: FakeWorker) {
    worker.scope.onrtctransform?.({
      transformer: {
        readable: new ReadableStream<Frame>({ start: (controller) => void (this.#input = controller) }),
        writable: new WritableStream<Frame>({ write: (frame) => void this.shown.push(new Uint8Array(frame.data)) }),
        sendKeyFrameRequest: () => Promise.resolve(),
      },
    });
  }

  come(data: Uint8Array<ArrayBuffer>): void {
    this.#input?.enqueue({ data: data.buffer });
  }
}

/** The SOS program behind a fake socket: keeps its pairing and rights over breaks, as the real one does. */
export class FakeEndUser {
  granted: GrantKind[] = [];
  /** Answers pings. */
  answers = true;
  /** How many handshakes of each mode were accepted. */
  readonly accepted = { code: 0, resume: 0, words: 0 };
  readonly heard: FromTechnician["body"][] = [];
  #pairing: Bytes | null = null;
  #socket: FakeSocket | null = null;
  #lanes: Record<LaneName, Lane> | null = null;
  #keys: Keys | null = null;
  #mode: "code" | "resume" | "words" = "code";
  /** Begins without a secret: agrees by words, and takes no digits. */
  wordless = false;
  /** What it shows to be compared. */
  words: readonly number[] | null = null;
  #promised: { scalar: bigint; share: Bytes; commitment: Bytes } | null = null;
  #tries = 3;
  #viewer: Bytes = WRONG;

  /** Welcomes the console on this socket. */
  attach(socket: FakeSocket, online = true): void {
    this.#socket = socket;
    this.#viewer = crypto.getRandomValues(new Uint8Array(16));
    socket.heard = (body) => this.#receive(body);
    socket.open();
    socket.say({ case: "welcome", value: { viewer: this.#viewer, pairingMode: "code", invitePublic: new Uint8Array() } });
    socket.say({ case: "link", value: { online } });
  }

  grant(...granted: GrantKind[]): void {
    this.granted = granted;
    this.tell({ case: "grants", value: { granted } });
  }

  tell(body: MessageInitShape<typeof FromEndUserSchema>["body"]): void {
    if (this.#lanes === null || body === undefined) throw new Error("not paired");
    const payload = this.#lanes.control.seal(toBinary(FromEndUserSchema, create(FromEndUserSchema, { body })));
    this.#socket?.say({ case: "peer", value: { lane: WireLane.CONTROL, payload } });
  }

  /** What came by the input channel of this peer connection, opened in order. */
  opened(peer: FakePeer): string[] {
    return (peer.channels["input"]?.sent ?? []).map((data) => {
      const plain = this.#lanes?.input.open(data) ?? null;
      return plain === null ? "not opened" : (fromBinary(FromTechnicianSchema, plain).body.case ?? "empty");
    });
  }

  #receive(body: FromViewer["body"]): void {
    if (body.case === "offer") this.#socket?.say({ case: "answer", value: { sdp: "answer" } });
    if (body.case !== "peer") return;
    if (body.value.lane === WireLane.HANDSHAKE) this.#handshake(body.value.payload);
    else {
      const plain = this.#lanes?.control.open(body.value.payload) ?? null;
      if (plain === null) throw new Error("a control message did not open");
      const message = fromBinary(FromTechnicianSchema, plain).body;
      this.heard.push(message);
      if (message.case === "ping" && this.answers) this.tell({ case: "pong", value: { id: message.value.id, sosMicros: 1n } });
    }
  }

  #handshake(payload: Bytes): void {
    const message = fromBinary(HandshakeSchema, payload).body;
    if (message.case === "offer") this.#offered(message.value.mode, message.value.share, message.value.pairingId);
    if (message.case !== "confirm") return;
    if (this.#promised !== null) this.#keys = this.#opened(message.value.share, this.#promised);
    if (this.#keys === null) return;
    const keys = this.#keys;
    if (!equal(message.value.tag, keys.tagTechnician)) {
      this.#tries -= 1;
      this.#shake({ case: "reject", value: { code: this.#tries === 0 ? "code_burned" : "wrong_secret", triesLeft: this.#tries } });
      return;
    }
    const flip = (name: LaneName): Lane => new Lane(name, { send: keys.lanes[name].receive, receive: keys.lanes[name].send });
    this.#lanes = { control: flip("control"), input: flip("input"), pointer: flip("pointer") };
    if (this.#mode !== "resume") this.#pairing = keys.pairingSecret;
    if (this.#mode === "words") this.words = keys.words;
    this.accepted[this.#mode] += 1;
    this.#shake({ case: "accept", value: { tag: keys.tagEndUser, pairingId: PAIRING_ID } });
    if (this.#mode === "code") this.#socket?.say({ case: "session", value: { sessionId: SESSION, number: 7n } });
    this.grant(...this.granted);
  }

  #offered(mode: HandshakeMode, shareA: Bytes, pairingId: Bytes): void {
    this.#lanes = null;
    this.#mode = mode === HandshakeMode.RESUME ? "resume" : mode === HandshakeMode.WORDS ? "words" : "code";
    this.#promised = null;
    if (this.#mode === "words") {
      if (!this.wordless) {
        this.#shake({ case: "reject", value: { code: "wrong_code", triesLeft: 3 } });
        return;
      }
      const scalar = scalarFrom(crypto.getRandomValues(new Uint8Array(64)));
      this.#promised = { scalar, share: multiplyBase(scalar), commitment: shareA };
      this.#shake({ case: "answer", value: { share: this.#promised.share } });
      return;
    }
    const technician = uuidBytes(TECHNICIAN);
    const random = crypto.getRandomValues(new Uint8Array(64));
    let [shareB, root]: [Bytes, Bytes] = [random.slice(0, 32), this.#pairing ?? WRONG];
    if (this.#mode === "code") {
      const scalar = scalarFrom(random);
      shareB = multiply(calculateGenerator(utf8(DIGITS), utf8("ponte/1 code"), this.#viewer), scalar);
      root = sessionKey({ sid: this.#viewer, secretScalar: scalar, peerShare: shareA, shareA, adA: technician, shareB, adB: new Uint8Array() });
    } else if (this.#pairing === null || !equal(pairingId, PAIRING_ID)) {
      this.#shake({ case: "reject", value: { code: "wrong_secret", triesLeft: 0 } });
      return;
    }
    this.#keys = deriveKeys(root, { mode: this.#mode, viewer: this.#viewer, technician, shareA, shareB });
    this.#shake({ case: "answer", value: { share: shareB } });
  }

  #opened(shareA: Bytes, { scalar, share, commitment }: { scalar: bigint; share: Bytes; commitment: Bytes }): Keys | null {
    const technician = uuidBytes(TECHNICIAN);
    const promised = sha256(lvCat(utf8("ponte/1 words commitment"), this.#viewer, technician, shareA));
    if (!equal(promised, commitment)) return null;
    const root = sha512(lvCat(utf8("ponte/1 words"), shareA, share, multiply(decodePoint(shareA), scalar)));
    return deriveKeys(root, { mode: "words", viewer: this.#viewer, technician, shareA, shareB: share });
  }

  #shake(body: MessageInitShape<typeof HandshakeSchema>["body"]): void {
    if (body === undefined) return;
    this.#socket?.say({ case: "peer", value: { lane: WireLane.HANDSHAKE, payload: toBinary(HandshakeSchema, create(HandshakeSchema, { body })) } });
  }
}

export class MemoryStorage implements Storage {
  readonly #items = new Map<string, string>();
  get length(): number {
    return this.#items.size;
  }
  clear = (): void => this.#items.clear();
  getItem = (key: string): string | null => this.#items.get(key) ?? null;
  key = (index: number): string | null => Array.from(this.#items.keys())[index] ?? null;
  removeItem = (key: string): void => void this.#items.delete(key);
  setItem = (key: string, value: string): void => void this.#items.set(key, value);
}
