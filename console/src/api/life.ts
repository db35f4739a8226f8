/** From a session's taking to its end, and back. What got no answer may be asked for again: it is done once. */

import { post } from "./http";
import type { CloseSession, Session } from "./types";

const move = (what: string) => (session: Session): Promise<Session> => post(`sessions/${session.id}/${what}`, { version: session.version });

export const resume = move("resume");
export const confirm = move("confirm");
export const reject = move("reject");
export const reopen = move("reopen");
/** `until` absent: by hand. */
export const hold = (session: Session, why: string, until: number | null): Promise<Session> =>
  post(`sessions/${session.id}/hold`, { version: session.version, why, ...(until !== null && { until }) });
export const close = (session: Session, how: Omit<CloseSession, "version">): Promise<Session> => post(`sessions/${session.id}/close`, { version: session.version, ...how });
/** An earlier link opens nothing any more. */
export const renewLink = (session: Session, invite_public: string, claim_hash: string): Promise<Session> =>
  post(`sessions/${session.id}/link`, { version: session.version, invite_public, claim_hash });
