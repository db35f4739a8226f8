import { useSyncExternalStore } from "react";

/** One clock for the whole page: ticks each second while anybody looks at it. */
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const each of Array.from(listeners)) each();
    }, 1000);
  }
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) clearInterval(timer);
  };
}

/** Milliseconds since 1970, a new value each second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);
