/** The live queue: snapshot by REST, then changes by the `events` socket, resumed from its cursor. */

import { backoff } from "@/remote/backoff";

import { ApiError } from "./errors";
import { eventsTicket, listSessions, PAGE } from "./desk";
import { socketUrl } from "./http";
import type { Session } from "./types";

export interface Queue {
  sessions: ReadonlyMap<string, Session>;
  cursor: number;
}

export const EMPTY_QUEUE: Queue = { sessions: new Map(), cursor: 0 };

/** Takes a change unless something newer is known already. */
export function withSession(queue: Queue, session: Session, cursor = queue.cursor): Queue {
  const known = queue.sessions.get(session.id);
  const sessions = known !== undefined && known.version > session.version ? queue.sessions : new Map(queue.sessions).set(session.id, keepMore(known, session));
  return { sessions, cursor: Math.max(cursor, queue.cursor) };
}

/** Lists leave out what only the single session tells. */
function keepMore(known: Session | undefined, session: Session): Session {
  return known?.history != null && session.history == null && known.version === session.version ? { ...session, history: known.history } : session;
}

export type QueueStatus = "loading" | "live" | "reconnecting" | "failed";

export interface QueueSnapshot {
  queue: Queue;
  status: QueueStatus;
  error: ApiError | null;
  /** Older sessions that are over: not asked for yet, on their way, could not be had, or all here. */
  older: "more" | "loading" | "failed" | "none";
}

const NOTHING: QueueSnapshot = { queue: EMPTY_QUEUE, status: "loading", error: null, older: "none" };

/** A socket that stood this long was a good one: the next break starts with short waits again. */
const GOOD_MS = 5000;

export class LiveQueue {
  #snapshot: QueueSnapshot = NOTHING;
  readonly #listeners = new Set<() => void>();
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #loaded = false;
  /** The smallest number of the pages taken so far. */
  #oldest: number | undefined;
  #over = true;
  /** Counts the runs: an answer that belongs to an earlier one is dropped. */
  #runs = 0;

  readonly get = (): QueueSnapshot => this.#snapshot;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    if (!this.#over) return;
    this.#over = false;
    // The browser knows first that the network is back.
    addEventListener("online", this.#hurry);
    void this.#run();
  }

  stop(): void {
    this.#over = true;
    this.#loaded = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#socket?.close();
    this.#socket = null;
    removeEventListener("online", this.#hurry);
    this.#set(NOTHING);
  }

  /** An answer of the REST interface, which may arrive before its event. */
  put(session: Session): void {
    this.#set({ ...this.#snapshot, queue: withSession(this.#snapshot.queue, session) });
  }

  reload(): void {
    this.#loaded = false;
    this.#tries = 0;
    this.#socket?.close();
    this.#socket = null;
    this.#again();
  }

  /** One more page of older sessions. */
  async loadOlder(): Promise<void> {
    if (this.#snapshot.older !== "more" && this.#snapshot.older !== "failed") return;
    this.#set({ ...this.#snapshot, older: "loading" });
    const oldest = this.#oldest;
    try {
      const { sessions } = await listSessions("all", oldest);
      if (this.#stopped() || oldest !== this.#oldest) return;
      this.#takePage(sessions);
    } catch {
      if (!this.#stopped()) this.#set({ ...this.#snapshot, older: "failed" });
    }
  }

  readonly #hurry = (): void => {
    this.#tries = 0;
    if (this.#timer !== undefined) this.#again();
  };

  #again(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#run();
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
    this.#set({ ...this.#snapshot, queue: { sessions: new Map(sessions.map((s) => [s.id, s])), cursor: newest.cursor } });
    this.#takePage(newest.sessions);
  }

  /** A page of the whole list, newest first. Events may have told newer things about the same sessions. */
  #takePage(page: readonly Session[]): void {
    const sessions = new Map(this.#snapshot.queue.sessions);
    for (const session of page) {
      const known = sessions.get(session.id);
      if (known === undefined || known.version < session.version) sessions.set(session.id, session);
    }
    this.#oldest = page.at(-1)?.number ?? this.#oldest;
    this.#set({ ...this.#snapshot, queue: { ...this.#snapshot.queue, sessions }, older: page.length < PAGE ? "none" : "more" });
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
    let opened = 0;
    socket.onopen = () => {
      opened = performance.now();
      socket.send(JSON.stringify({ ticket, cursor: this.#snapshot.queue.cursor }));
      this.#set({ ...this.#snapshot, status: "live", error: null });
    };
    socket.onmessage = (event: MessageEvent<unknown>) => this.#message(event.data);
    socket.onclose = () => {
      if (this.#socket !== socket) return;
      if (opened > 0 && performance.now() - opened > GOOD_MS) this.#tries = 0;
      this.#later(null);
    };
  }

  #message(data: unknown): void {
    if (typeof data !== "string") return;
    const message = JSON.parse(data) as { type: string; cursor?: number; session?: Session };
    if (message.type === "reload") this.reload();
    else if (message.type === "session" && message.session !== undefined) {
      this.#set({ ...this.#snapshot, queue: withSession(this.#snapshot.queue, message.session, message.cursor) });
    }
  }

  #later(error: ApiError | null): void {
    if (this.#over) return;
    this.#socket = null;
    this.#set({ ...this.#snapshot, status: this.#loaded ? "reconnecting" : error === null ? "loading" : "failed", error });
    if (error?.code === "signed_out") return;
    const wait = backoff(this.#tries, Math.random());
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#again(), wait);
  }

  #set(snapshot: QueueSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

/** The queue of this page. */
export const liveQueue = new LiveQueue();
