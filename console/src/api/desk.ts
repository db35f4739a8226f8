/** The routes, one function each. */

import { get, getOpen, post } from "./http";
import type { Desk, Invite, NewSession, Outcome, Session, SessionList } from "./types";

/** Sessions on one page of the list: the most that the relay gives. */
export const PAGE = 500;
/** A ticket not given by then is asked for again: while the network hangs, that is the faster way. */
const TICKET_TIMEOUT_MS = 5000;

export const desk = (): Promise<Desk> => getOpen("desk");
export const invite = (id: string): Promise<Invite> => getOpen(`invites/${encodeURIComponent(id)}`);
/** Newest first, below the session number `after`; only those still open, or all. */
export const listSessions = (which: "open" | "all", after?: number): Promise<SessionList> =>
  get(`sessions?limit=${PAGE}${which === "open" ? "&state=waiting&state=active" : ""}${after === undefined ? "" : `&after=${after}`}`);
export const oneSession = (id: string): Promise<Session> => get(`sessions/${encodeURIComponent(id)}`);
export const openSession = (body: NewSession): Promise<Session> => post("sessions", body);
export const claim = (session: Session): Promise<Session> => post(`sessions/${session.id}/claim`, { version: session.version });
export const release = (session: Session): Promise<Session> => post(`sessions/${session.id}/release`, { version: session.version });
export const close = (session: Session, outcome: Outcome, note: string): Promise<Session> =>
  post(`sessions/${session.id}/close`, { version: session.version, outcome, ...(note === "" ? {} : { note }) });

const ticketOf = async (answer: Promise<{ ticket: string }>): Promise<string> => (await answer).ticket;
export const codeTicket = (routing: string): Promise<string> => ticketOf(post("codes", { routing }));
export const viewTicket = (session: string): Promise<string> => ticketOf(post("tickets", { purpose: "view", session }, TICKET_TIMEOUT_MS));
export const eventsTicket = (): Promise<string> => ticketOf(post("tickets", { purpose: "events" }, TICKET_TIMEOUT_MS));
