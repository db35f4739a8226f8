import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { desk, type Session } from "@/api";

/** So long after the last letter the relay is asked. */
const PAUSE_MS = 250;
const NONE: readonly Session[] = [];

export interface Older {
  /** Is there anything to ask the relay for? */
  asked: boolean;
  sessions: readonly Session[];
  busy: boolean;
  failed: boolean;
}

/** What the relay finds beyond what is loaded here; while everything is here, it is not asked. */
export function useOlder(search: string, beyond: boolean): Older {
  const words = search.trim();
  const [settled, setSettled] = useState(words);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(words), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [words]);
  const asked = beyond && words !== "";
  const { data, isFetching, isError } = useQuery({
    queryKey: ["older", settled],
    queryFn: async () => ({ words: settled, sessions: (await desk.searchSessions(settled)).sessions }),
    enabled: asked && settled !== "",
    placeholderData: keepPreviousData,
    retry: 1,
  });
  // What was found for other words is no answer to these.
  const fits = asked && data?.words === words;
  return { asked, sessions: fits ? data.sessions : NONE, busy: asked && (isFetching || settled !== words), failed: asked && isError };
}
