/** How many wait where. Pure. */

import type { Session } from "@/api";

export interface Waiting {
  count: number;
  /** Since when the one waits who has waited longest. */
  since: number;
}

/** By channel: those who are there and whom nobody has taken. Who got a link and has not come yet does not wait. */
export function waitingBy(sessions: Iterable<Session>): Map<string, Waiting> {
  const found = new Map<string, Waiting>();
  for (const session of sessions) {
    if (session.state !== "waiting" || session.detail !== "ready") continue;
    const since = session.came_at ?? session.waiting_since ?? session.created_at;
    const known = found.get(session.channel);
    found.set(session.channel, known === undefined ? { count: 1, since } : { count: known.count + 1, since: Math.min(since, known.since) });
  }
  return found;
}
