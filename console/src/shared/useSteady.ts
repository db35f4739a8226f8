import { useEffect, useRef, useState } from "react";

import { useLatest } from "@/ui";

/** The value, new at most once in `ms`: what changes faster than anybody reads is drawn together. The newest always comes. */
export function useSteady<T>(value: T, ms: number): T {
  const [shown, setShown] = useState(value);
  const latest = useLatest(value);
  const due = useRef(0);
  useEffect(() => {
    if (shown === value) return undefined;
    const timer = setTimeout(() => {
      due.current = performance.now() + ms;
      setShown(() => latest.current);
    }, Math.max(0, due.current - performance.now()));
    return () => clearTimeout(timer);
  }, [value, shown, ms, latest]);
  return shown;
}
