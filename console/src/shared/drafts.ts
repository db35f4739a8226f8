import { useCallback, useState } from "react";

import { onTechnicianChange } from "@/api";

/** What was begun and not sent, by what it is for: it outlives the page. */
const drafts = new Map<string, unknown>();
// It is its writer's: whoever signs in next finds nothing of it.
onTechnicianChange(() => drafts.clear());

/** State that is kept while the component is away: behind another tab, on another page. `key` stays the same. */
export function useDraft<T>(key: string, initial: () => T): [T, (next: T) => void] {
  const [value, setValue] = useState<T>(() => (drafts.has(key) ? (drafts.get(key) as T) : initial()));
  const set = useCallback((next: T): void => {
    drafts.set(key, next);
    setValue(next);
  }, [key]);
  return [value, set];
}
