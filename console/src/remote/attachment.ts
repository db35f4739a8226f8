/**
 * One attachment of this console to a connection: from the relay's welcome through the handshake to sealed lanes.
 * Lives as long as its signalling socket; knows nothing of media or pages.
 */

import { create, fromBinary, toBinary, type MessageInitShape } from "@bufbuild/protobuf";

import {
  FromEndUserSchema,
  FromTechnicianSchema,
  HandshakeMode,
  HandshakeSchema,
  Lane as WireLane,
  type FromEndUser,
  type Handshake,
} from "@/gen/ponte_pb";

import type { Bytes } from "./bytes";
import { Initiator, OFFER_RANDOM_BYTES, type Identity, type Secret } from "./seal/initiator";
import type { LaneName } from "./seal/keys";
import { Lane } from "./seal/lane";
import type { Pairing } from "./pairings";

const WIRE_MODE = { code: HandshakeMode.CODE, link: HandshakeMode.LINK, resume: HandshakeMode.RESUME, words: HandshakeMode.WORDS } as const;
const ANSWER_TIMEOUT_MS = 10_000;

export type TechnicianBody = MessageInitShape<typeof FromTechnicianSchema>["body"];

export interface AttachmentEvents {
  send(lane: WireLane, payload: Bytes): void;
  paired(pairing: Omit<Pairing, "sure">, mode: Secret["mode"]): void;
  refused(code: string, triesLeft: number): void;
  message(body: FromEndUser["body"]): void;
  /** The other side broke the protocol or keeps silent. */
  broken(why: "bad_peer" | "no_answer"): void;
}

export class Attachment {
  #initiator: Initiator | null = null;
  #secret: Secret | null = null;
  #lanes: Record<LaneName, Lane> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly identity: Identity,
    private readonly events: AttachmentEvents,
  ) {}

  get paired(): boolean {
    return this.#lanes !== null;
  }

  /** Starts the key agreement, or starts it over. */
  offer(secret: Secret): void {
    this.#lanes = null;
    this.#secret = secret;
    const initiator = new Initiator(secret, this.identity, crypto.getRandomValues(new Uint8Array(OFFER_RANDOM_BYTES)));
    this.#initiator = initiator;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.events.broken("no_answer"), ANSWER_TIMEOUT_MS);
    this.#say({ case: "offer", value: { mode: WIRE_MODE[secret.mode], share: initiator.share, pairingId: initiator.pairingId } });
  }

  /** A payload on one of the lanes that travel by the socket. */
  receive(lane: WireLane, payload: Bytes): void {
    if (lane === WireLane.HANDSHAKE) {
      try {
        this.#handshake(fromBinary(HandshakeSchema, payload).body);
      } catch {
        this.events.broken("bad_peer");
      }
    } else if (lane === WireLane.CONTROL && this.#lanes !== null) {
      const plain = this.#lanes.control.open(payload);
      if (plain === null) this.events.broken("bad_peer");
      else this.#opened(plain);
    }
  }

  /** Sealed bytes for a lane; null before the pairing. */
  seal(lane: LaneName, body: TechnicianBody): Bytes | null {
    if (this.#lanes === null || body === undefined) return null;
    return this.#lanes[lane].seal(toBinary(FromTechnicianSchema, create(FromTechnicianSchema, { body })));
  }

  control(body: TechnicianBody): void {
    const sealed = this.seal("control", body);
    if (sealed !== null) this.events.send(WireLane.CONTROL, sealed);
  }

  /** Forgets the keys; the next `offer` makes new ones. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#lanes = null;
    this.#initiator = null;
  }

  #handshake(body: Handshake["body"]): void {
    const initiator = this.#initiator;
    if (initiator === null) return;
    switch (body.case) {
      case "answer":
        this.#say({ case: "confirm", value: { tag: initiator.answer(body.value.share), share: initiator.revealed } });
        break;
      case "accept": {
        const keys = initiator.accept(body.value.tag);
        clearTimeout(this.#timer);
        this.#initiator = null;
        this.#lanes = {
          control: new Lane("control", keys.lanes.control),
          input: new Lane("input", keys.lanes.input),
          pointer: new Lane("pointer", keys.lanes.pointer),
        };
        const secret = this.#secret?.mode === "resume" ? this.#secret.pairingSecret : keys.pairingSecret;
        this.events.paired({ id: body.value.pairingId, secret, words: this.#secret?.mode === "resume" ? this.#secret.words : keys.words }, initiator.mode);
        break;
      }
      case "reject":
        this.stop();
        this.events.refused(body.value.code, body.value.triesLeft);
        break;
      default:
        this.events.broken("bad_peer");
    }
  }

  #opened(plain: Bytes): void {
    let body: FromEndUser["body"];
    try {
      body = fromBinary(FromEndUserSchema, plain).body;
    } catch {
      this.events.broken("bad_peer");
      return;
    }
    this.events.message(body);
  }

  #say(body: MessageInitShape<typeof HandshakeSchema>["body"]): void {
    if (body === undefined) return;
    this.events.send(WireLane.HANDSHAKE, toBinary(HandshakeSchema, create(HandshakeSchema, { body })));
  }
}
