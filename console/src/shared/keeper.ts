import { useEffect, useState } from "react";

import { useQueue } from "@/api";
import { Keeper } from "@/remote/pairings";

import { isOver } from "./over";

/** This browser's keys. */
export const keeper = new Keeper(sessionStorage, localStorage);

/**
 * Forgets the keys of sessions that are over: those that end while this console runs, and those that ended while it
 * did not. Of the latter, the first listing tells: it holds every open session, and was asked for after this began.
 */
export function useForgetting(): void {
  const { queue, status } = useQueue();
  const [earlier] = useState(() => keeper.kept());
  const listed = status === "live";
  useEffect(() => {
    for (const id of keeper.kept()) {
      const session = queue.sessions.get(id);
      const over = session === undefined ? listed && earlier.has(id) : isOver(session);
      if (over) keeper.forget(id);
    }
  }, [queue.sessions, listed, earlier]);
}
