/** The routes, one function each. */

import { blob, get, getOpen, patch, post } from "./http";
import type { CallPage, ChatMessage, Coming, Desk, Invite, NewSession, Session, SessionChange, SessionList } from "./types";

/** Sessions on one page of the list: the most that the relay gives. */
export const PAGE = 500;
/** A ticket not given by then is asked for again: while the network hangs, that is the faster way. */
const TICKET_TIMEOUT_MS = 5000;

export const desk = (): Promise<Desk> => getOpen("desk");
export const invite = (id: string): Promise<Invite> => getOpen(`invites/${encodeURIComponent(id)}`);
export const callPage = (id: string): Promise<CallPage> => getOpen(`links/${encodeURIComponent(id)}`);
/** Newest first, below the session number `after`; only those not over, or all. */
export const listSessions = (which: "open" | "all", after?: number): Promise<SessionList> =>
  get(`sessions?limit=${PAGE}${which === "open" ? "&unfinished=true" : ""}${after === undefined ? "" : `&after=${after}`}`);
/** The newest that have all these words somewhere. */
export const searchSessions = (words: string): Promise<SessionList> => get(`sessions?limit=${PAGE}&search=${encodeURIComponent(words.slice(0, 200))}`);
export const oneSession = (id: string): Promise<Session> => get(`sessions/${encodeURIComponent(id)}`);
export const openSession = (body: NewSession): Promise<Session> => post("sessions", body);
export const claim = (session: Session): Promise<Session> => post(`sessions/${session.id}/claim`, { version: session.version });
export const release = (session: Session): Promise<Session> => post(`sessions/${session.id}/release`, { version: session.version });

/** What is absent stays; `null` takes a category or a company away. */
export const edit = (session: Session, change: SessionChange): Promise<Session> => patch(`sessions/${session.id}`, { version: session.version, ...change });

/** Messages on one page: the most that the relay gives. */
export const MESSAGES = 200;
export const messages = async (session: string, after: number): Promise<ChatMessage[]> =>
  (await get<{ messages: ChatMessage[] }>(`sessions/${encodeURIComponent(session)}/messages?after=${after}&limit=${MESSAGES}`)).messages;
/** The same id again is the same message: what got no answer may be sent again. */
export const say = (session: string, id: string, text: string): Promise<ChatMessage> => post(`sessions/${session}/messages`, { id, text });
export const messagesSeen = (session: string, number: number): Promise<void> => post(`sessions/${session}/messages/seen`, { number });

/** Who held the session when. */
export const comings = async (session: string): Promise<Coming[]> => (await get<{ comings: Coming[] }>(`sessions/${session}/comings`)).comings;
/** All that was said, as a text; the words that nobody wrote in this language. */
export const transcript = (session: string, language: string): Promise<Blob> => blob(`sessions/${session}/transcript?language=${language}`);

const ticketOf = async (answer: Promise<{ ticket: string }>): Promise<string> => (await answer).ticket;
export const codeTicket = (routing: string): Promise<string> => ticketOf(post("codes", { routing }));
export const viewTicket = (session: string): Promise<string> => ticketOf(post("tickets", { purpose: "view", session }, TICKET_TIMEOUT_MS));
export const eventsTicket = (): Promise<string> => ticketOf(post("tickets", { purpose: "events" }, TICKET_TIMEOUT_MS));
