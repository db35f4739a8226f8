/** The live queue: snapshot by REST, then changes by the `events` socket, resumed from its cursor. */

import { ApiError } from "./errors";
import { eventsTicket, listSessions } from "./desk";
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
}

const BACKOFF_MS = [250, 500, 1000, 2000, 5000];

export class LiveQueue {
  #snapshot: QueueSnapshot = { queue: EMPTY_QUEUE, status: "loading", error: null };
  readonly #listeners = new Set<() => void>();
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #tries = 0;
  #loaded = false;
  #over = true;

  readonly get = (): QueueSnapshot => this.#snapshot;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  start(): void {
    if (!this.#over) return;
    this.#over = false;
    void this.#run();
  }

  stop(): void {
    this.#over = true;
    this.#loaded = false;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
    this.#set({ queue: EMPTY_QUEUE, status: "loading", error: null });
  }

  /** An answer of the REST interface, which may arrive before its event. */
  put(session: Session): void {
    this.#set({ ...this.#snapshot, queue: withSession(this.#snapshot.queue, session) });
  }

  reload(): void {
    this.#loaded = false;
    this.#tries = 0;
    clearTimeout(this.#timer);
    this.#socket?.close();
    this.#socket = null;
    void this.#run();
  }

  async #run(): Promise<void> {
    try {
      if (!this.#loaded) await this.#load();
      const ticket = await eventsTicket();
      if (!this.#stopped()) this.#open(ticket);
    } catch (error) {
      this.#later(error instanceof ApiError ? error : new ApiError("internal"));
    }
  }

  async #load(): Promise<void> {
    const list = await listSessions();
    if (this.#stopped()) return;
    this.#loaded = true;
    this.#set({ ...this.#snapshot, queue: { sessions: new Map(list.sessions.map((s) => [s.id, s])), cursor: list.cursor } });
  }

  // A method, so that the compiler does not assume that nothing stopped us during an await.
  #stopped(): boolean {
    return this.#over;
  }

  #open(ticket: string): void {
    const socket = new WebSocket(socketUrl("events"));
    this.#socket = socket;
    socket.onopen = () => {
      this.#tries = 0;
      socket.send(JSON.stringify({ ticket, cursor: this.#snapshot.queue.cursor }));
      this.#set({ ...this.#snapshot, status: "live", error: null });
    };
    socket.onmessage = (event: MessageEvent<unknown>) => this.#message(event.data);
    socket.onclose = () => {
      if (this.#socket === socket) this.#later(null);
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
    const wait = BACKOFF_MS[Math.min(this.#tries, BACKOFF_MS.length - 1)] ?? 5000;
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), wait);
  }

  #set(snapshot: QueueSnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of Array.from(this.#listeners)) listener();
  }
}

/** The queue of this page. */
export const liveQueue = new LiveQueue();
