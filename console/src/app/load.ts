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

/** Who holds how many, in one text: another one when a session has changed hands. */
export function holders(sessions: Iterable<Session>): string {
  const held = new Map<string, number>();
  for (const { state, owner } of sessions) if (state === "active" && owner != null) held.set(owner.id, (held.get(owner.id) ?? 0) + 1);
  return Array.from(held, ([owner, count]) => `${owner} ${count}`).sort().join();
}
