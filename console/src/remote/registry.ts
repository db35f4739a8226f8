/** The remote sessions of this page, by session id: leaving a session's page and coming back finds it as it was. */

import type { RemoteSession } from "./session";

const sessions = new Map<string, RemoteSession>();

export const findRemote = (session: string): RemoteSession | null => sessions.get(session) ?? null;

export function keepRemote(session: string, remote: RemoteSession): void {
  const earlier = sessions.get(session);
  if (earlier !== undefined && earlier !== remote) earlier.close();
  sessions.set(session, remote);
}

export function dropRemote(session: string): void {
  sessions.get(session)?.close();
  sessions.delete(session);
}

/** Signed out: nothing stays connected. */
export function dropAllRemotes(): void {
  for (const session of Array.from(sessions.keys())) dropRemote(session);
}
