/** React's view of the relay. */

import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";

import { QUEUE_KEY } from "./cache";
import { callPage, desk, invite } from "./desk";
import { ApiError } from "./errors";
import { liveQueue, NOTHING, type History, type QueueSnapshot } from "./events";
import { currentTechnician, onAccountChange } from "./http";
import type { InLine, Session, Technician } from "./types";

export const useTechnician = (): Technician | null => useSyncExternalStore(onAccountChange, currentTechnician);
export const useQueue = (): QueueSnapshot => useQuery<QueueSnapshot>({ queryKey: QUEUE_KEY, queryFn: skipToken }).data ?? NOTHING;

const retry = (count: number, error: Error): boolean => count < 3 && error instanceof ApiError && ["offline", "unavailable", "internal"].includes(error.code);

export const useDesk = () => useQuery({ queryKey: ["desk"], queryFn: desk, staleTime: Infinity, retry });
export const useInvite = (id: string) => useQuery({ queryKey: ["invite", id], queryFn: () => invite(id), retry, refetchInterval: 5000 });
export const useCallPage = (id: string) => useQuery({ queryKey: ["call", id], queryFn: () => callPage(id), retry, refetchInterval: ({ state }) => (state.data?.state === "gone" ? 60_000 : 15_000) });

export interface OneSession {
  session: Session | null;
  /** Null until it has been told. */
  history: History["entries"] | null;
  /** Where it stands in the queue, while it waits. */
  place: InLine | null;
  /** Why there is no session. */
  error: ApiError | null;
  refetch: () => void;
}

/** A session of the queue, as far as it is loaded; whoever uses it is drawn again when this one changes, and for no other. */
export function useQueued(id: string): Session | undefined {
  const select = useCallback((snapshot: QueueSnapshot) => snapshot.queue.sessions.get(id), [id]);
  return useQuery({ queryKey: QUEUE_KEY, queryFn: skipToken, select }).data;
}

/** A session as the queue knows it, with its history, which is asked for anew at each change. */
export function useSession(id: string): OneSession {
  const client = useQueryClient();
  const session = useQueued(id);
  const { data: told, error, refetch } = useQuery({ queryKey: ["history", id], queryFn: () => liveQueue.fetch(id), retry, refetchInterval: ({ state }) => (state.data?.place == null ? false : state.data.place.ask_again * 1000) });
  const version = session?.version;
  const behind = told !== undefined && (version === undefined || told.version < version);
  useEffect(() => {
    if (behind) void client.invalidateQueries({ queryKey: ["history", id] });
  }, [behind, version, client, id]);
  return {
    session: session ?? null,
    history: told?.entries ?? null,
    place: told?.place ?? null,
    error: session !== undefined || error === null ? null : error instanceof ApiError ? error : new ApiError("internal"),
    refetch: () => void refetch(),
  };
}
