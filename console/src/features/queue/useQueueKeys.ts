import { useEffect, useRef } from "react";

import type { Session } from "@/api";

interface Options {
  rows: readonly Session[];
  selected: string | null;
  select: (id: string | null) => void;
  open: (session: Session) => void;
  search: () => void;
}

/** j/k and arrows move, Enter opens, / searches. Focus stays where it is, so fields and buttons keep their keys. */
export function useQueueKeys(options: Options): void {
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      const target = event.target;
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (target instanceof HTMLElement && target.closest("input, textarea, [role=dialog], [role=menu]") !== null) return;
      const { rows, selected, select, open, search } = latest.current;
      const at = rows.findIndex((row) => row.id === selected);
      const move = (to: number): void => {
        const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
        if (row === undefined) return;
        select(row.id);
        document.querySelector(`[data-row="${row.id}"]`)?.scrollIntoView({ block: "nearest" });
      };
      if (event.key === "j" || event.key === "ArrowDown") move(at + 1);
      else if (event.key === "k" || event.key === "ArrowUp") move(at <= 0 ? 0 : at - 1);
      else if (event.key === "Enter" && at >= 0 && !(target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement)) {
        const row = rows[at];
        if (row !== undefined) open(row);
      } else if (event.key === "/") search();
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}
