import { useEffect, useRef, type RefObject } from "react";

/** The newest value, for effects and listeners that must not start over when it changes. */
export function useLatest<T>(value: T): Readonly<RefObject<T>> {
  const latest = useRef(value);
  useEffect(() => {
    latest.current = value;
  });
  return latest;
}
