/** Several technicians in one session, and offers of sessions. */

import { useQuery } from "@tanstack/react-query";

import { cache, OFFERS_KEY, PRIVATE_KEY } from "./cache";
import { get, post, put, remove } from "./http";
import type { Offer, PrivateMessage, Recipient, Recipients, Right, Session } from "./types";

export type Purpose = Offer["purpose"];

export interface NewOffer {
  purpose: Purpose;
  to: Recipient;
  note: string;
  rights: readonly Right[];
  stay: boolean;
  seconds: number;
}

/** Open offers that the technician may accept, has made, or that are about a session of theirs; oldest first. */
export const useOffers = () => useQuery({ queryKey: OFFERS_KEY, queryFn: async () => (await get<{ offers: Offer[] }>("offers")).offers });

/** To whom a session can be offered, as things are now. */
export const useRecipients = (session: string, purpose: Purpose, enabled: boolean) =>
  useQuery({ queryKey: ["recipients", session, purpose], queryFn: () => get<Recipients>(`sessions/${session}/recipients?purpose=${purpose}`), enabled, staleTime: 0 });

const offersChanged = (): void => void cache.invalidateQueries({ queryKey: OFFERS_KEY });

export async function offer(session: Session, { note, rights, ...made }: NewOffer): Promise<void> {
  await post(`sessions/${session.id}/offers`, { version: session.version, ...made, rights, ...(note.trim() === "" ? {} : { note: note.trim() }) });
  offersChanged();
}

export const accept = (id: string): Promise<Session> => post<Session>(`offers/${id}/accept`, {}).finally(offersChanged);
export const decline = (id: string): Promise<unknown> => post<unknown>(`offers/${id}/decline`, {}).finally(offersChanged);
export const withdraw = (id: string): Promise<void> => remove(`offers/${id}`).finally(offersChanged);

export const lookIn = (session: Session): Promise<Session> => post(`sessions/${session.id}/look-in`, {});
export const takeOver = (session: Session, stay: boolean): Promise<Session> => post(`sessions/${session.id}/take-over`, { version: session.version, stay });
export const leave = (session: Session, technician: string): Promise<Session> => remove<Session>(`sessions/${session.id}/team/${technician}`);
export const setRights = (session: Session, technician: string, rights: readonly Right[]): Promise<Session> => put(`sessions/${session.id}/team/${technician}`, { rights });
export const passBaton = (session: Session, to: string): Promise<Session> => post(`sessions/${session.id}/baton`, { to });
export const handOver = (session: Session, to: string): Promise<Session> => post(`sessions/${session.id}/lead`, { to });

/** Messages on one page: the most that the relay gives. */
const PAGE = 200;

/** What the technicians of a session write among themselves, oldest first. The end user never gets it. */
export const usePrivate = (session: string) =>
  useQuery({
    queryKey: [...PRIVATE_KEY, session],
    queryFn: async () => {
      const known = cache.getQueryData<PrivateMessage[]>([...PRIVATE_KEY, session]) ?? [];
      const all = [...known];
      for (;;) {
        const page = (await get<{ messages: PrivateMessage[] }>(`sessions/${session}/private?after=${all.at(-1)?.number ?? 0}&limit=${PAGE}`)).messages;
        all.push(...page);
        if (page.length < PAGE) return all;
      }
    },
    staleTime: Infinity,
  });

/** The same id again is the same message. */
export async function sayPrivately(session: string, id: string, text: string): Promise<void> {
  await post(`sessions/${session}/private`, { id, text });
  await cache.invalidateQueries({ queryKey: [...PRIVATE_KEY, session] });
}
