/**
 * The live queue: a listing by REST, then changes by the `events` socket, resumed from its cursor. The one writer of
 * what the cache knows of sessions; answers of the REST interface come here too.
 */

import type { QueryClient } from "@tanstack/react-query";

import { Retry } from "@/remote/backoff";

import { cache, EQUIPMENT_KEY, NOTICES_KEY, OFFERS_KEY, PRIVATE_KEY, QUEUE_KEY, SETUP_KEY, TEAM_KEY, WORK_LOG_KEY } from "./cache";
import { eventsTicket, listSessions, oneSession, PAGE } from "./desk";
import { ApiError } from "./errors";
import { socketUrl } from "./http";
import type { Told, HistoryEntry, InLine, Session } from "./types";

export interface Queue {
  sessions: ReadonlyMap<string, Session>;
  cursor: number;
}

export const EMPTY_QUEUE: Queue = { sessions: new Map(), cursor: 0 };

/** Takes sessions, but for those of which something newer is known already. */
export function withSessions(queue: Queue, changed: readonly Session[], cursor = queue.cursor): Queue {
  const sessions = new Map(queue.sessions);
  for (const session of changed) {
    const known = sessions.get(session.id);
    const newer = known === undefined || known.version <= session.version ? withoutHistory(session) : known;
    sessions.set(session.id, known === undefined ? newer : { ...newer, ...alarmed(known, newer), chat: furthest(known.chat, session.chat) });
  }
  return { sessions, cursor: Math.max(cursor, queue.cursor) };
}

/** Alarms are no part of the version, and stay raised: an answer that was on its way when one came takes it not back. */
function alarmed(known: Session, newer: Session): Pick<Session, "times"> {
  const heard = ({ times }: Session): number => (["reaction", "resolution"] as const).reduce((sum, clock) => sum + (times?.[clock].level === "red" ? 2 : times?.[clock].level === "amber" ? 1 : 0), times?.answered_at == null ? 0 : 1);
  const times = known.version === newer.version && heard(known) > heard(newer) ? known.times : newer.times;
  return times === undefined ? {} : { times };
}

/** Marks of a chat only grow, and are no part of the version. */
const furthest = (one: Session["chat"], other: Session["chat"]): Session["chat"] => ({
  newest: Math.max(one.newest, other.newest),
  end_user_got: Math.max(one.end_user_got, other.end_user_got),
  end_user_saw: Math.max(one.end_user_saw, other.end_user_saw),
  desk_saw: Math.max(one.desk_saw, other.desk_saw),
});

/**
 * Takes a new listing: all that is open, and all from the number `oldest` on. What it speaks of, it decides; of older
 * sessions that are over, what is known stays.
 */
export function withListing(queue: Queue, listed: readonly Session[], oldest: number, cursor: number): Queue {
  const rest = Array.from(queue.sessions.values()).filter(({ state, number }) => number < oldest && (state === "closed" || state === "expired"));
  return withSessions({ sessions: new Map(rest.map((session) => [session.id, session])), cursor }, listed);
}

/** A session is not, or no longer, for this technician to see. */
export function withoutSession(queue: Queue, id: string, cursor: number): Queue {
  const sessions = new Map(queue.sessions);
  sessions.delete(id);
  return { sessions, cursor: Math.max(cursor, queue.cursor) };
}

/** Only single sessions tell their history; it has an entry of its own in the cache. */
const withoutHistory = ({ history: _history, place: _place, ...session }: Session): Session => session;

export interface History {
  /** Of the session, when it told this. */
  version: number;
  entries: readonly HistoryEntry[];
  /** While the session waits. */
  place: InLine | null;
}

export type QueueStatus = "loading" | "live" | "reconnecting" | "failed";

export interface QueueSnapshot {
  queue: Queue;
  status: QueueStatus;
  error: ApiError | null;
  /** Older sessions that are over: not asked for yet, on their way, could not be had, or all here. */
  older: "more" | "loading" | "failed" | "none";
}

export const NOTHING: QueueSnapshot = { queue: EMPTY_QUEUE, status: "loading", error: null, older: "none" };

/** A socket that stood this long was a good one: the next break starts with short waits again. */
const GOOD_MS = 5000;
/** The relay says something every 15 s at least. A socket that said nothing for this long is dead, whatever the browser thinks of it. */
export const SILENT_MS = 40_000;
const LOOK_MS = 5000;

export class LiveQueue {
  #socket: WebSocket | null = null;
  readonly #retry = new Retry(() => void this.#run());
  #loaded = false;
  /** The smallest number of the pages taken so far. */
  #oldest: number | undefined;
  #over = true;
  /** Counts the runs: an answer that belongs to an earlier one is dropped. */
  #runs = 0;
  /** When the socket was opened or last said something. By the clock on the wall: the other one may stand still while the computer sleeps. */
  #heard = 0;
  #watch: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly client: QueryClient) {}

  start(): void {
    if (!this.#over) return;
    this.#over = false;
    addEventListener("online", this.#hurry);
    document.addEventListener("visibilitychange", this.#look);
    this.#watch = setInterval(this.#look, LOOK_MS);
    void this.#run();
  }

  stop(): void {
    this.#over = true;
    this.#loaded = false;
    this.#retry.cancel();
    clearInterval(this.#watch);
    this.#hangUp();
    removeEventListener("online", this.#hurry);
    document.removeEventListener("visibilitychange", this.#look);
    this.#set(NOTHING);
  }

  /** An answer of the REST interface, which may arrive before its event. */
  put(session: Session): void {
    if (!this.#over) this.#take([session]);
  }

  /** Asks for one session, with what lists leave out. */
  async fetch(id: string): Promise<History> {
    const session = await oneSession(id);
    this.put(session);
    return { version: session.version, entries: session.history ?? [], place: session.place ?? null };
  }

  reload(): void {
    this.#loaded = false;
    this.#retry.forget();
    this.#hangUp();
    this.#retry.now();
  }

  /** One more page of older sessions. */
  async loadOlder(): Promise<void> {
    if (this.#snapshot.older !== "more" && this.#snapshot.older !== "failed") return;
    this.#set({ older: "loading" });
    const oldest = this.#oldest;
    try {
      const { sessions } = await listSessions("all", oldest);
      if (this.#stopped() || oldest !== this.#oldest) return;
      // Events may have told newer things about the same sessions.
      this.#oldest = sessions.at(-1)?.number ?? this.#oldest;
      this.#set({ queue: withSessions(this.#snapshot.queue, sessions), older: sessions.length < PAGE ? "none" : "more" });
    } catch {
      if (!this.#stopped()) this.#set({ older: "failed" });
    }
  }

  readonly #hurry = (): void => {
    this.#look();
    this.#retry.hurry();
  };

  /** Leaves a socket that has gone silent, and goes on from the cursor over a new one. */
  readonly #look = (): void => {
    if (this.#socket === null || Date.now() - this.#heard < SILENT_MS) return;
    this.#hangUp();
    this.#set({ status: "reconnecting" });
    this.#retry.now();
  };

  /** Its own end is not waited for: over a dead network that takes minutes. */
  #hangUp(): void {
    const socket = this.#socket;
    this.#socket = null;
    socket?.close();
  }

  async #run(): Promise<void> {
    const run = ++this.#runs;
    try {
      if (!this.#loaded) await this.#load(run);
      const ticket = await eventsTicket();
      if (this.#current(run)) this.#open(ticket);
    } catch (error) {
      if (this.#current(run)) this.#later(error instanceof ApiError ? error : new ApiError("internal"));
    }
  }

  async #load(run: number): Promise<void> {
    // The oldest cursor counts: what changed between the pages comes again as an event.
    const newest = await listSessions("all");
    const sessions = [...newest.sessions];
    // What is still open is work, however old: all of it, before anything is shown.
    let last = newest.sessions.length < PAGE ? undefined : newest.sessions.at(-1)?.number;
    while (last !== undefined) {
      const open = await listSessions("open", last);
      sessions.push(...open.sessions);
      last = open.sessions.length < PAGE ? undefined : open.sessions.at(-1)?.number;
    }
    if (!this.#current(run)) return;
    this.#loaded = true;
    const all = newest.sessions.length < PAGE;
    this.#oldest = newest.sessions.at(-1)?.number;
    this.#set({ queue: withListing(this.#snapshot.queue, sessions, all ? 0 : (this.#oldest ?? 0), newest.cursor), older: all ? "none" : "more" });
  }

  #take(changed: readonly Session[], cursor?: number): void {
    this.#set({ queue: withSessions(this.#snapshot.queue, changed, cursor) });
  }

  // A method, so that the compiler does not assume that nothing stopped us during an await.
  #stopped(): boolean {
    return this.#over;
  }

  #current(run: number): boolean {
    return !this.#over && run === this.#runs;
  }

  #open(ticket: string): void {
    const socket = new WebSocket(socketUrl("events"));
    this.#socket = socket;
    this.#heard = Date.now();
    let opened = 0;
    socket.onopen = () => {
      if (this.#socket !== socket) return;
      this.#heard = Date.now();
      opened = performance.now();
      socket.send(JSON.stringify({ ticket, cursor: this.#snapshot.queue.cursor }));
      this.#set({ status: "live", error: null });
      // What was set up, and who came and left, while no socket was there to tell of it.
      void this.client.invalidateQueries({ queryKey: SETUP_KEY });
      void this.client.invalidateQueries({ queryKey: TEAM_KEY });
      void this.client.invalidateQueries({ queryKey: NOTICES_KEY });
      void this.client.invalidateQueries({ queryKey: OFFERS_KEY });
    };
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (this.#socket !== socket) return;
      this.#heard = Date.now();
      this.#message(event.data);
    };
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      if (opened > 0 && performance.now() - opened > GOOD_MS) this.#retry.forget();
      this.#later(null);
    };
  }

  #message(data: unknown): void {
    if (typeof data !== "string") return;
    const message = JSON.parse(data) as Told;
    switch (message.type) {
      case "session":
        this.#take([message.session], message.cursor);
        // No part of the session's version: whoever looks at it asks again.
        for (const key of [WORK_LOG_KEY, ["history"], PRIVATE_KEY, EQUIPMENT_KEY]) void this.client.invalidateQueries({ queryKey: [...key, message.session.id] });
        break;
      case "gone":
        this.#set({ queue: withoutSession(this.#snapshot.queue, message.session, message.cursor) });
        break;
      case "notices":
        void this.client.invalidateQueries({ queryKey: NOTICES_KEY });
        break;
      case "offers":
        void this.client.invalidateQueries({ queryKey: OFFERS_KEY });
        break;
      case "team":
        void this.client.invalidateQueries({ queryKey: TEAM_KEY });
        break;
      case "setup":
        // What the technician may see may have changed with it.
        void this.client.invalidateQueries({ queryKey: SETUP_KEY });
        this.reload();
        break;
      case "reload":
        this.reload();
        break;
      case "alive":
      // Nor what a newer relay tells: this console would not know what to do about it.
      default:
        break;
    }
  }

  #later(error: ApiError | null): void {
    if (this.#over) return;
    this.#socket = null;
    this.#set({ status: this.#loaded ? "reconnecting" : error === null ? "loading" : "failed", error });
    if (error?.code !== "signed_out") this.#retry.later();
  }

  get #snapshot(): QueueSnapshot {
    return this.client.getQueryData<QueueSnapshot>(QUEUE_KEY) ?? NOTHING;
  }

  #set(change: Partial<QueueSnapshot>): void {
    this.client.setQueryData<QueueSnapshot>(QUEUE_KEY, { ...this.#snapshot, ...change });
  }
}

/** The queue of this page. */
export const liveQueue = new LiveQueue(cache);
