/** React's view of the relay. */

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useSyncExternalStore } from "react";

import { desk, invite, oneSession } from "./desk";
import { ApiError } from "./errors";
import { liveQueue, type QueueSnapshot } from "./events";
import { currentTechnician, onAccountChange } from "./http";
import type { Session, Technician } from "./types";

export const useTechnician = (): Technician | null => useSyncExternalStore(onAccountChange, currentTechnician);
export const useQueue = (): QueueSnapshot => useSyncExternalStore(liveQueue.subscribe, liveQueue.get);

const retry = (count: number, error: Error): boolean => count < 3 && error instanceof ApiError && ["offline", "unavailable", "internal"].includes(error.code);

export const useDesk = () => useQuery({ queryKey: ["desk"], queryFn: desk, staleTime: Infinity, retry });
export const useInvite = (id: string) => useQuery({ queryKey: ["invite", id], queryFn: () => invite(id), retry, refetchInterval: 5000 });

/** A session, always as new as the live queue knows it. */
export function useSession(id: string): { session: Session | null; error: ApiError | null; refetch: () => void } {
  const { queue } = useQueue();
  const client = useQueryClient();
  const query = useQuery({ queryKey: ["session", id], queryFn: () => oneSession(id), retry });
  const live = queue.sessions.get(id);
  const liveVersion = live?.version;
  const fetchedVersion = query.data?.version;
  useEffect(() => {
    if (liveVersion !== undefined && fetchedVersion !== undefined && liveVersion > fetchedVersion) void client.invalidateQueries({ queryKey: ["session", id] });
  }, [liveVersion, fetchedVersion, client, id]);
  const fetched = query.data ?? null;
  const session =
    live === undefined ? fetched : fetched !== null && fetched.version >= live.version ? fetched : { ...live, history: live.history ?? fetched?.history ?? null };
  const error = query.error === null ? null : query.error instanceof ApiError ? query.error : new ApiError("internal");
  return { session, error: session === null ? error : null, refetch: () => void query.refetch() };
}
