/**
 * A technician's side of a remote session: keeps the signalling socket, the pairing and the media up, and tells the
 * page what it sees. One instance per session page or entered code; `close()` ends everything.
 */

import type { ToViewer, FromEndUser } from "@/gen/ponte_pb";
import { GrantKind, Lane as WireLane } from "@/gen/ponte_pb";

import { Attachment, type TechnicianBody } from "./attachment";
import { backoff, Retry } from "./backoff";
import { crewOf, onWire, POINT_EVERY_MS, POINTER_LIFE_MS, pointersWith, type Pointer } from "./crew";
import { uuidBytes, uuidText, type Bytes } from "./bytes";
import { ClockSync } from "./media/clock";
import { MediaLink } from "./media/link";
import { Pictures } from "./media/pictures";
import { NO_STATISTICS, StatsMeter, type Statistics } from "./media/stats";
import type { Keeper, Pairing } from "./pairings";
import type { Secret } from "./seal/initiator";
import { linkPublic } from "./seal/link";
import { plain, Signalling } from "./signalling";
import { INITIAL, reduce, type GrantName, type RemoteEvent, type RemoteState } from "./state";
import { Store } from "./store";

export interface CursorShape {
  width: number;
  height: number;
  hotX: number;
  hotY: number;
  /** Straight alpha; empty when the pointer is hidden. */
  rgba: Bytes;
}

/** Why a ticket was not given. */
export class TicketError extends Error {
  override readonly name = "TicketError";
  constructor(readonly code: string) {
    super(code);
  }
}

export interface RemoteOptions {
  /** `wss://…/api/v1/view`. */
  url: string;
  /**
   * A fresh single-use ticket: for the session, or, while a code has opened none yet (null), for the code. Rejects
   * with {@link TicketError}.
   */
  ticket: (session: string | null) => Promise<string>;
  technicianId: string;
  keeper: Keeper;
  /** The session, or the four secret digits of a code that will open one. */
  target: { session: string } | { digits: string };
}

/** After these nothing changes by trying again. */
const FINAL = new Set(["forbidden", "not_found", "wrong_state", "already_claimed", "signed_out", "wrong_code", "too_many_tries", "code_burned", "link_expired", "unsupported_protocol"]);
const FAST_PINGS = 6;
/** So many pings without an answer, one a second: the way to the other end is broken, whatever the socket says. */
const MAX_UNANSWERED = 6;

/** How a colleague who was asked to come is to be let in. */
export interface Expected {
  /** With the link's secret they see without a question, as the channel is set up. */
  letsSee: boolean;
  /** The session goes over to them. */
  leads: boolean;
  /** When they are expected no more. */
  until: number;
}
/** Longer than any offer stands. */
const EXPECTED_MS = 15 * 60_000;

export class RemoteSession {
  readonly state = new Store<RemoteState>(INITIAL);
  readonly statistics = new Store<Statistics>(NO_STATISTICS);
  readonly stream = new Store<MediaStream | null>(null);
  readonly cursor = new Store<CursorShape | null>(null);
  /** Where the other technicians point. */
  readonly pointers = new Store<readonly Pointer[]>([]);

  #signalling: Signalling | null = null;
  #attachment: Attachment | null = null;
  #media: MediaLink | null = null;
  readonly #pictures = new Pictures({
    sealed: (sealed) => this.#apply({ type: "sealed", sealed }),
    broken: () => this.#fail("unavailable"),
  });
  /** The public part of the link's secret as the relay tells it; empty in other modes. */
  #invitePublic: Bytes = new Uint8Array();
  #digits: string | null;
  #known: string | null;
  #fresh: Pairing | null = null;
  readonly #retry = new Retry(() => void this.#connect());
  /** Counts the attempts to connect: a ticket for an earlier one is dropped. */
  #attempt = 0;
  #offers = 0;
  #reoffer: ReturnType<typeof setTimeout> | undefined;
  readonly #abort = new AbortController();
  #over = false;
  #second: ReturnType<typeof setInterval> | undefined;
  #pings = new Map<bigint, number>();
  #pingId = 0n;
  #clock = new ClockSync();
  #meter = new StatsMeter();
  #seq = 0;
  /** Colleagues of whom the end user's program was told that they come. */
  readonly #expected = new Map<string, Expected>();
  #tried: Secret["mode"] | null = null;
  #pointedAt = 0;
  #pointing = false;

  constructor(private readonly options: RemoteOptions) {
    this.#digits = "digits" in options.target ? options.target.digits : null;
    this.#known = "session" in options.target ? options.target.session : null;
    globalThis.addEventListener("online", () => this.#retry.hurry(), { signal: this.#abort.signal });
    void this.#connect();
  }

  /** Asks the end user for a right. */
  ask(grant: GrantName): void {
    if (this.#attachment?.paired !== true) return;
    this.#attachment.control({ case: "ask", value: { grant: grantKind(grant) } });
    this.#apply({ type: "asked", grant, now: Date.now() });
  }

  giveBack(grant: GrantName): void {
    this.#attachment?.control({ case: "giveBack", value: { grant: grantKind(grant) } });
  }

  /** Tells the other technicians where in the picture (in fractions of it) the pointer is; null: nowhere any more. */
  point(at: { x: number; y: number } | null): void {
    if (at === null) {
      if (this.#pointing) this.#signalling?.send({ case: "point", value: { x: 0, y: 0, gone: true } });
      this.#pointing = false;
      return;
    }
    const now = performance.now();
    const alone = (this.state.get().crew?.members.filter(({ here }) => here).length ?? 0) < 2;
    if (alone || now - this.#pointedAt < POINT_EVERY_MS) return;
    this.#pointedAt = now;
    this.#pointing = true;
    this.#signalling?.send({ case: "point", value: { x: onWire(at.x), y: onWire(at.y), gone: false } });
  }

  /** Tells who controls, and the lead, that this technician would like to. */
  wantBaton(): void {
    this.#signalling?.send({ case: "wantBaton", value: {} });
  }

  /** The wish was heard. */
  heardWish(): void {
    this.#apply({ type: "wanted", wanted: null });
  }

  /** Says to the end user's program, over the sealed lane, who is to control from now on. */
  passControl(technician: string): void {
    this.#attachment?.control({ case: "passControl", value: { technicianId: uuidBytes(technician) } });
  }

  /** Says to the end user's program who leads from now on. */
  handOver(technician: string): void {
    this.#attachment?.control({ case: "handOver", value: { technicianId: uuidBytes(technician) } });
  }

  /**
   * This technician asked a colleague to come, by name. When they are here, the end user's program is told so over the
   * sealed lane; for nobody whom only the relay says to be coming.
   */
  expect(technician: string, how: Omit<Expected, "until">): void {
    this.#expected.set(technician, { ...how, until: Date.now() + EXPECTED_MS });
    this.#introduce();
  }

  #introduce(): void {
    const { crew, view } = this.state.get();
    if (!view || this.#attachment?.paired !== true) return;
    for (const [technician, { letsSee, leads, until }] of this.#expected) {
      const here = crew?.members.some((member) => member.id === technician && member.here) === true;
      if (here && Date.now() < until) {
        const technicianId = uuidBytes(technician);
        this.#attachment.control({ case: "introduce", value: { technicianId, letsSee } });
        if (leads) this.#attachment.control({ case: "handOver", value: { technicianId } });
      }
      if (here || Date.now() >= until) this.#expected.delete(technician);
    }
  }

  /** Other secret digits for the same code. */
  tryDigits(digits: string): void {
    this.#digits = digits;
    if (this.#attachment !== null && this.state.get().socket === "up") this.#pair();
    else this.reconnect();
  }

  /** Starts over after a failure that stays. */
  reconnect(): void {
    if (this.#over) return;
    this.#retry.forget();
    this.#stopAll();
    this.#apply({ type: "socket", socket: "connecting" });
    void this.#connect();
  }

  /** Input of the technician; dropped unless the end user gave control. True when it left. */
  input(body: InputBody): boolean {
    const media = this.#media;
    if (!this.state.get().control || media?.canSend !== true) return false;
    this.#seq = (this.#seq + 1) >>> 0;
    const sequenced = { case: body.case, value: { ...body.value, seq: this.#seq } } as TechnicianBody;
    if (body.case === "move") {
      if (!media.pointerFree) return false;
      const sealed = this.#attachment?.seal("pointer", sequenced);
      if (sealed) media.sendPointer(plain(sealed));
      return sealed != null;
    }
    const sealed = this.#attachment?.seal("input", sequenced);
    if (sealed) media.sendInput(plain(sealed));
    return sealed != null;
  }

  /** Tells of each shown picture: its RTP timestamp, its size, and when it showed in ms since the page's time origin. */
  frameShown(rtpTimestamp: number | undefined, width: number, height: number, at: number): void {
    this.#apply({ type: "picture", size: { width, height } });
    if (rtpTimestamp !== undefined) this.#meter.frameShown(this.#clock.age(at * 1000, rtpTimestamp));
  }

  /** Leaves. Unless it `comesBack`, what the end user allowed does not wait for a return. */
  close(comesBack = false): void {
    const { view, asking } = this.state.get();
    if (!comesBack && (view || asking !== null)) this.giveBack("view");
    this.#over = true;
    this.#abort.abort();
    this.#stopAll();
    this.#pictures.close();
  }

  async #connect(): Promise<void> {
    if (this.#over) return;
    // Said before a code is spent on a picture that cannot be shown.
    if (!Pictures.supported) {
      this.#fail("no_transform");
      return;
    }
    const attempt = ++this.#attempt;
    let ticket: string;
    try {
      ticket = await this.options.ticket(this.#known);
    } catch (error) {
      if (this.#gone(attempt)) return;
      const code = error instanceof TicketError ? error.code : "unavailable";
      if (FINAL.has(code) || this.#unopenedCode) this.#fail(code);
      else this.#retry.later();
      return;
    }
    if (this.#gone(attempt)) return;
    this.#signalling = new Signalling(this.options.url, ticket, {
      message: (body) => this.#receive(body),
      closed: () => this.#socketLost(),
    });
  }

  // A method, so that the compiler does not assume that nothing closed us during an await.
  #gone(attempt: number): boolean {
    return this.#over || attempt !== this.#attempt;
  }

  /** A code's ticket is spent by its first attachment, and no session exists to come back to. */
  get #unopenedCode(): boolean {
    return this.#known === null;
  }

  #socketLost(): void {
    if (this.#over) return;
    this.#attachment?.stop();
    this.#attachment = null;
    this.#stopSecond();
    this.#stopMedia();
    const { ended, failure, pairing } = this.state.get();
    if (ended !== null || failure !== null) return;
    if (this.#unopenedCode) {
      if (pairing !== "refused") this.#fail("unavailable");
      return;
    }
    this.#apply({ type: "socket", socket: "retrying" });
    this.#retry.later();
  }

  #receive(body: ToViewer["body"]): void {
    switch (body.case) {
      case "welcome":
        this.#welcomed(body.value.viewer, body.value.invitePublic);
        break;
      case "refused":
        this.#signalling?.discard();
        if (FINAL.has(body.value.code) || this.#unopenedCode) this.#fail(body.value.code, body.value.retryAfterSeconds);
        else {
          this.#apply({ type: "socket", socket: "retrying" });
          this.#retry.later();
        }
        break;
      case "link":
        this.#programSeen(body.value.online);
        break;
      case "peer":
        this.#attachment?.receive(body.value.lane, body.value.payload);
        break;
      case "answer":
        void this.#media?.answer(body.value.sdp);
        break;
      case "session":
        this.#known = body.value.sessionId;
        this.#keepPairing();
        this.#apply({ type: "session", id: body.value.sessionId, number: Number(body.value.number) });
        break;
      case "crew":
        this.#apply({ type: "crew", crew: crewOf(body.value) });
        this.#crewChanged();
        break;
      case "pointed":
        this.pointers.set(pointersWith(this.pointers.get(), body.value, performance.now()));
        break;
      case "batonWanted":
        this.#apply({ type: "wanted", wanted: { id: uuidText(body.value.technicianId), name: body.value.name, at: Date.now() } });
        break;
      case "ended":
        this.#ended(body.value.reason);
        break;
      case undefined:
        break;
    }
  }

  #welcomed(viewer: Bytes, invitePublic: Bytes): void {
    this.#invitePublic = invitePublic;
    const send = (lane: WireLane, payload: Bytes): void => this.#signalling?.send({ case: "peer", value: { lane, payload } });
    this.#attachment = new Attachment(
      { viewer, technician: uuidBytes(this.options.technicianId) },
      {
        send,
        paired: (pairing, how) => this.#paired(pairing, how),
        refused: (code, triesLeft) => this.#refused(code, triesLeft),
        message: (message) => this.#fromEndUser(message),
        broken: (why) => (why === "no_answer" && !this.#unopenedCode ? this.#signalling?.close() : this.#fail(why)),
      },
    );
    this.#apply({ type: "socket", socket: "up" });
  }

  #programSeen(online: boolean): void {
    this.#apply({ type: "program", online });
    if (online) this.#pair();
    else {
      this.#attachment?.stop();
      this.#stopSecond();
      this.#stopMedia();
    }
  }

  #secret(): Secret | null {
    if (this.#known !== null) {
      const pairing = this.#fresh ?? this.options.keeper.pairing(this.#known);
      if (pairing !== null) return { mode: "resume", pairingId: pairing.id, pairingSecret: pairing.secret, words: pairing.words };
      if (this.#invitePublic.length > 0) {
        // Where this browser made the link, its own knowledge counts, not what the relay says.
        const secret = this.options.keeper.linkSecret(this.#known);
        return { mode: "link", publicPart: secret === null ? this.#invitePublic : linkPublic(secret) };
      }
    }
    if (this.#digits !== null) return { mode: "code", digits: this.#digits };
    // No secret is known here: either none was shared when the session began, or somebody else has it. Whether it may
    // be so is the SOS program's to say; the two people compare words.
    return this.#known === null ? null : { mode: "words" };
  }

  #pair(): void {
    const secret = this.#secret();
    if (secret === null) {
      this.#fail("no_secret");
      return;
    }
    this.#stopSecond();
    this.#stopMedia();
    this.#apply({ type: "pairing", pairing: "working" });
    // Digits serve one offer: a relay that pretends to have lost the program must not get another guess at them.
    if (secret.mode === "code") this.#digits = null;
    this.#tried = secret.mode;
    this.#attachment?.offer(secret);
  }

  #paired(agreed: Omit<Pairing, "sure">, how: Secret["mode"]): void {
    const pairing = { ...agreed, sure: this.#sure(how) };
    this.#offers = 0;
    this.#retry.forget();
    if (pairing.id.length === 16) this.#fresh = pairing;
    this.#digits = null;
    this.#keepPairing();
    this.#apply({ type: "pairing", pairing: "done", words: pairing.words, sure: pairing.sure });
    this.#startSecond();
    this.#startMedia("connecting");
    if (how !== "resume") this.ask("view");
  }

  /** Does what both ends share come from elsewhere than the relay? */
  #sure(how: Secret["mode"]): boolean {
    if (how === "code") return true;
    if (this.#known === null || how === "words") return false;
    if (how === "link") return this.options.keeper.linkSecret(this.#known) !== null;
    return (this.#fresh ?? this.options.keeper.pairing(this.#known))?.sure === true;
  }

  /** What follows from who is in the session, and from what the end user allows. */
  #crewChanged(): void {
    this.#introduce();
    const { crew, view, control, mayControl, asking } = this.state.get();
    const me = this.options.technicianId;
    if (crew === null || !view) return;
    // Who had control is gone, and it has fallen to the lead: the end user has allowed it before.
    if (crew.baton === me && crew.lead === me && mayControl && !control && asking === null) this.ask("control");
  }

  #keepPairing(): void {
    if (this.#known !== null && this.#fresh !== null) this.options.keeper.keepPairing(this.#known, this.#fresh);
  }

  #refused(code: string, triesLeft: number): void {
    // The program was started anew and does not know this pairing: the link's secret still serves.
    if (this.#known !== null && (this.#fresh !== null || this.options.keeper.pairing(this.#known) !== null)) {
      this.options.keeper.dropPairing(this.#known);
      this.#fresh = null;
      this.#pair();
      return;
    }
    // The program asks for a secret that this console does not know.
    if (this.#tried === "words" && code === "wrong_code") this.#fail("no_secret");
    else this.#apply({ type: "refused", code, triesLeft });
  }

  #fromEndUser(body: FromEndUser["body"]): void {
    switch (body.case) {
      case "grants":
        this.#apply({
          type: "grants",
          granted: body.value.granted.flatMap(grantName),
          asking: body.value.asking === undefined ? null : (grantName(body.value.asking)[0] ?? null),
          denied: body.value.denied === undefined ? null : (grantName(body.value.denied)[0] ?? null),
          byTimeout: body.value.byTimeout,
          revoked: body.value.revoked,
          mayControl: body.value.mayControl,
          now: Date.now(),
        });
        this.#crewChanged();
        break;
      case "pong": {
        const sent = this.#pings.get(body.value.id);
        if (sent !== undefined) this.#clock.add(sent, performance.now() * 1000, Number(body.value.sosMicros));
        this.#pings.delete(body.value.id);
        if (this.#pingId < FAST_PINGS) this.#ping();
        break;
      }
      case "cursor": {
        const { width, height, hotX, hotY, rgba } = body.value;
        if (rgba.length === 0 || rgba.length === width * height * 4) this.cursor.set({ width, height, hotX, hotY, rgba });
        break;
      }
      case "pictureKey":
        this.#pictures.addKey(body.value.epoch, body.value.key);
        break;
      case "inputRefused":
        this.#apply({ type: "input_refused", reason: body.value.reason, now: Date.now() });
        break;
      case "capture":
        this.#apply({ type: "capture", ok: body.value.ok, reason: body.value.reason });
        break;
      case undefined:
        break;
    }
  }

  #startMedia(media: "connecting" | "recovering"): void {
    this.#stopMedia();
    this.#apply({ type: "media", media });
    this.#media = new MediaLink(this.#pictures, {
      offer: (sdp) => this.#signalling?.send({ case: "offer", value: { sdp } }),
      stream: (stream) => this.stream.set(stream),
      connected: () => {
        this.#offers = 0;
        this.#apply({ type: "media", media: "up" });
      },
      failed: () => this.#mediaFailed(),
      inputReady: () => void this.input({ case: "releaseAll", value: {} }),
      received: () => undefined, // the end user's side speaks on the control lane only
    });
  }

  /** The first new offer goes at once; where offers keep failing, they get rarer. */
  #mediaFailed(): void {
    if (this.#attachment?.paired !== true || this.#over) return;
    this.#apply({ type: "media", media: "recovering" });
    const wait = this.#offers === 0 ? 0 : backoff(this.#offers - 1, Math.random());
    this.#offers += 1;
    clearTimeout(this.#reoffer);
    this.#reoffer = setTimeout(() => {
      if (this.#attachment?.paired === true && !this.#over) this.#startMedia("recovering");
    }, wait);
  }

  #stopMedia(): void {
    clearTimeout(this.#reoffer);
    this.#media?.close();
    this.#media = null;
  }

  #startSecond(): void {
    this.#stopSecond();
    this.#clock = new ClockSync();
    this.#pingId = 0n;
    this.#ping();
    this.#second = setInterval(() => void this.#eachSecond(), 1000);
  }

  #stopSecond(): void {
    clearInterval(this.#second);
    this.#pings.clear();
  }

  #ping(): void {
    this.#pingId += 1n;
    this.#pings.set(this.#pingId, performance.now() * 1000);
    this.#attachment?.control({ case: "ping", value: { id: this.#pingId } });
  }

  async #eachSecond(): Promise<void> {
    const now = performance.now();
    if (this.pointers.get().some(({ at }) => now - at >= POINTER_LIFE_MS)) this.pointers.set(this.pointers.get().filter(({ at }) => now - at < POINTER_LIFE_MS));
    if (this.#pings.size >= MAX_UNANSWERED) {
      this.#signalling?.close();
      return;
    }
    this.#ping();
    const media = this.#media;
    if (media === null) return;
    const stats = await media.peer.getStats();
    const items: unknown[] = [];
    stats.forEach((item: unknown) => items.push(item));
    const { statistics, report } = this.#meter.measure(items, performance.now(), this.#clock.roundTrip, this.#pictures.opening);
    this.statistics.set(statistics);
    if (this.state.get().picture !== null) {
      this.#attachment?.control({ case: "report", value: { frames: report.frames, dropped: report.dropped, latencyMs: report.latency } });
    }
  }

  #ended(reason: string): void {
    this.#apply({ type: "ended", reason });
    if (this.#known !== null) this.options.keeper.forget(this.#known);
    this.#stopAll();
    this.#pictures.close();
  }

  #fail(code: string, retryAfter = 0): void {
    this.#apply({ type: "failed", code, retryAfter: retryAfter > 0 ? retryAfter : null });
    this.#stopAll();
  }

  #stopAll(): void {
    this.#attempt += 1;
    this.#retry.cancel();
    this.#stopSecond();
    this.#stopMedia();
    this.#attachment?.stop();
    this.#attachment = null;
    this.#signalling?.discard();
    this.#signalling = null;
  }

  #apply(event: RemoteEvent): void {
    this.state.set(reduce(this.state.get(), event));
  }
}

/** What may be sent as input; sequence numbers are added here. */
export type InputBody =
  | { case: "move"; value: { x: number; y: number } }
  | { case: "button"; value: { x: number; y: number; button: number; down: boolean } }
  | { case: "wheel"; value: { x: number; y: number; dx: number; dy: number } }
  | { case: "key"; value: { code: string; key: string; down: boolean } }
  | { case: "text"; value: { text: string } }
  | { case: "releaseAll"; value: Record<string, never> };

const grantKind = (grant: GrantName): GrantKind => (grant === "view" ? GrantKind.VIEW : GrantKind.GRANT_CONTROL);

function grantName(kind: GrantKind): GrantName[] {
  if (kind === GrantKind.VIEW) return ["view"];
  return kind === GrantKind.GRANT_CONTROL ? ["control"] : [];
}
