import { useEffect } from "react";

import { ApiError, desk, socketUrl, useQueue } from "@/api";
import { dropRemote, remotes } from "@/remote/registry";
import { RemoteSession, TicketError, type RemoteOptions } from "@/remote/session";

import { keeper } from "./keeper";

/** Starts a remote session with this console's account, storage and addresses. `codeTicket` serves until a code has opened its session. */
export function startRemote(technicianId: string, target: RemoteOptions["target"], codeTicket?: () => Promise<string>): RemoteSession {
  return new RemoteSession({
    url: socketUrl("view"),
    technicianId,
    keeper,
    target,
    ticket: async (session) => {
      try {
        if (session !== null) return await desk.viewTicket(session);
        if (codeTicket === undefined) throw new ApiError("internal");
        return await codeTicket();
      } catch (error) {
        throw new TicketError(error instanceof ApiError ? error.code : "unavailable");
      }
    },
  });
}

/** It has ended, or failed for good: nothing comes of it any more. */
export const isSpent = (remote: RemoteSession): boolean => {
  const { ended, failure } = remote.state.get();
  return ended !== null || failure !== null;
};

/** Sessions whose pages are before somebody: how a connection ended is still to be read there. */
const shown = new Map<string, number>();
export function showsRemote(session: string): () => void {
  shown.set(session, (shown.get(session) ?? 0) + 1);
  return () => {
    const left = (shown.get(session) ?? 1) - 1;
    if (left > 0) shown.set(session, left);
    else shown.delete(session);
  };
}

/** Lets go of connections that were over while nobody looked, so that a session that goes on does so with a new one. */
export function useSpentRemotes(): void {
  const { queue } = useQueue();
  useEffect(() => {
    for (const [session, remote] of remotes.get()) if (!shown.has(session) && isSpent(remote)) dropRemote(session);
  }, [queue.sessions]);
}
