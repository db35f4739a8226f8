/** The remote sessions of this page, by session id: leaving a session's page and coming back finds it as it was. */

import type { RemoteSession } from "./session";
import { Store } from "./store";

/** Watchable; never changed in place. */
export const remotes = new Store<ReadonlyMap<string, RemoteSession>>(new Map());

export function keepRemote(session: string, remote: RemoteSession): void {
  const earlier = remotes.get().get(session);
  if (earlier === remote) return;
  earlier?.close();
  remotes.set(new Map(remotes.get()).set(session, remote));
}

/** `comesBack`: what the end user allowed waits for it, as after a break. */
export function dropRemote(session: string, comesBack = false): void {
  const remote = remotes.get().get(session);
  if (remote === undefined) return;
  remote.close(comesBack);
  const rest = new Map(remotes.get());
  rest.delete(session);
  remotes.set(rest);
}

/** Signed out: nothing stays connected. */
export function dropAllRemotes(): void {
  for (const session of remotes.get().keys()) dropRemote(session);
}
