/** Who was here before. */

import { useQuery } from "@tanstack/react-query";

import { get } from "./http";
import type { EarlierSessions } from "./types";

/** Other sessions of the same person and of their company; asked for anew when the session changes. */
export const useEarlier = (session: string, version: number) =>
  useQuery({ queryKey: ["earlier", session, version], queryFn: () => get<EarlierSessions>(`sessions/${encodeURIComponent(session)}/earlier`), staleTime: 60_000, placeholderData: (before) => before });
