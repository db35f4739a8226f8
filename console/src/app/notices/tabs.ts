/** This tab among the others of the same browser: who leads, and what was looked at last. */

import type { Attention } from "./plan";

const ATTENTION = "ponte.attention";

export const TAB = Math.random().toString(36).slice(2);

export function lookedAt(): Attention | null {
  try {
    const kept = JSON.parse(localStorage.getItem(ATTENTION) ?? "null") as Partial<Attention> | null;
    return typeof kept?.tab === "string" ? { tab: kept.tab, session: kept.session ?? null, focused: kept.focused === true } : null;
  } catch {
    return null;
  }
}

/** Writes down what this tab shows; another one that has the focus is not overwritten by one without. */
export function look(session: string | null): void {
  const focused = document.hasFocus() && document.visibilityState === "visible";
  if (focused || lookedAt()?.tab === TAB || lookedAt() === null) localStorage.setItem(ATTENTION, JSON.stringify({ tab: TAB, session, focused } satisfies Attention));
}

export function leave(): void {
  if (lookedAt()?.tab === TAB) localStorage.removeItem(ATTENTION);
}

/** Leads from when the lock is free until `signal`. A browser without locks (no secure context) leads in each tab. */
export function lead(signal: AbortSignal, onLead: () => void): void {
  if (!("locks" in navigator)) {
    onLead();
    return;
  }
  navigator.locks
    .request("ponte.notices", { signal }, () => {
      onLead();
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    })
    // Given up while it waited.
    .catch(() => undefined);
}
