/** The work log of a session. */

import { useQuery } from "@tanstack/react-query";

import { cache, WORK_LOG_KEY } from "./cache";
import { get, post } from "./http";
import type { Action, LogAction } from "./types";

const key = (session: string) => [...WORK_LOG_KEY, session] as const;

/** Oldest first; asked for anew when the session changes. */
export const useWorkLog = (session: string) =>
  useQuery({ queryKey: key(session), queryFn: async () => (await get<{ actions: Action[] }>(`sessions/${encodeURIComponent(session)}/actions`)).actions });

/** The same id again is the same entry: what got no answer may be sent again. */
export async function logAction(session: string, action: LogAction): Promise<void> {
  const log = await post<{ actions: Action[] }>(`sessions/${encodeURIComponent(session)}/actions`, action);
  cache.setQueryData(key(session), log.actions);
}
