import { useEffect, useSyncExternalStore } from "react";

import type { Session } from "@/api";
import { dropRemote, keepRemote, remotes } from "@/remote/registry";
import type { RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";
import { isSpent, showsRemote, startRemote } from "@/shared/remote";

import { isIn } from "./together/useTogether";

/** The remote session behind a page: started once the session is active and this technician's. */
export function useRemote(session: Session | null, me: string): RemoteSession | null {
  const all = useSyncExternalStore(remotes.subscribe, remotes.get);
  const id = session?.id;
  // Its owner, or somebody beside them. On hold nobody looks, and in person there is no screen.
  const mine = session != null && isIn(session, me) && session.detail !== "on_hold" && session.detail !== "in_person";
  const waits = session != null && isIn(session, me) && session.detail === "on_hold";
  const over = session?.state === "closed" || session?.state === "expired";

  useEffect(() => {
    if (id === undefined || !mine) return;
    // One that was over before the page was opened, or before the session went on, says nothing about it now.
    const kept = remotes.get().get(id);
    if (kept === undefined || isSpent(kept)) keepRemote(id, startRemote(me, { session: id }));
  }, [id, mine, me]);
  const others = id !== undefined && !mine && !over;
  useEffect(() => {
    // After a hold it goes on with what the end user allowed, if that was not long ago.
    if (others) dropRemote(id, waits);
  }, [id, others, waits]);
  // A connection that has ended needs no keeping once its page is left; a live one goes on.
  useEffect(
    () => () => {
      const kept = id === undefined ? undefined : remotes.get().get(id);
      if (id !== undefined && kept !== undefined && isSpent(kept)) dropRemote(id);
    },
    [id],
  );
  useEffect(() => (id === undefined ? undefined : showsRemote(id)), [id]);
  return id === undefined ? null : (all.get(id) ?? null);
}

const never = (): (() => void) => () => undefined;

/** Is there a remote screen to look at, or about to be? */
export const onScreen = ({ ended, failure, view }: RemoteState): boolean => view && ended === null && failure === null;

export const useOnScreen = (remote: RemoteSession | null): boolean =>
  useSyncExternalStore(remote?.state.subscribe ?? never, () => remote !== null && onScreen(remote.state.get()));
