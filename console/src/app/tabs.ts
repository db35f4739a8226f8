/** The sessions that stand open across the top: those that were opened, and those that the technician holds. */

import { useSyncExternalStore } from "react";

export interface Tabs {
  /** In their order on the page. */
  opened: readonly string[];
  /** Held, and put away all the same. */
  away: readonly string[];
}

const NONE: Tabs = { opened: [], away: [] };
const KEPT = "ponte.tabs";
/** More than these are no help: the oldest goes. */
export const MOST = 12;

/** Visited: it stands where it stood, or at the end. */
export function withOpened(tabs: Tabs, id: string): Tabs {
  const away = tabs.away.filter((each) => each !== id);
  if (tabs.opened.includes(id)) return away.length === tabs.away.length ? tabs : { ...tabs, away };
  return { opened: [...tabs.opened, id].slice(-MOST), away };
}

export const withClosed = (tabs: Tabs, id: string, held: boolean): Tabs => ({
  opened: tabs.opened.filter((each) => each !== id),
  away: held && !tabs.away.includes(id) ? [...tabs.away, id] : tabs.away,
});

/** What is shown: the opened in their order, then what is held and was not opened. */
export const shownTabs = (tabs: Tabs, held: readonly string[]): string[] => [...tabs.opened, ...held.filter((id) => !tabs.opened.includes(id) && !tabs.away.includes(id))];

/** Where to go from a tab that is closed: the one after it, else the one before; null where it was the last. */
export function neighbour(ids: readonly string[], id: string): string | null {
  const at = ids.indexOf(id);
  return ids[at + 1] ?? ids[at - 1] ?? null;
}

/** One step along the tabs, around the ends; from elsewhere, the first or the last. */
export function stepFrom(ids: readonly string[], id: string | null, by: 1 | -1): string | undefined {
  const at = id === null ? -1 : ids.indexOf(id);
  if (at < 0) return by === 1 ? ids[0] : ids.at(-1);
  return ids[(at + by + ids.length) % ids.length];
}

function read(): Tabs {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as Partial<Tabs> | null;
    const ids = (list: unknown): string[] => (Array.isArray(list) ? list.filter((id) => typeof id === "string") : []);
    return kept === null ? NONE : { opened: ids(kept.opened), away: ids(kept.away) };
  } catch {
    return NONE;
  }
}

let tabs: Tabs | null = null;
const listeners = new Set<() => void>();
const now = (): Tabs => (tabs ??= read());

function set(next: Tabs): void {
  if (next === now()) return;
  tabs = next;
  sessionStorage.setItem(KEPT, JSON.stringify(next));
  for (const each of Array.from(listeners)) each();
}
function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** They survive a reload of this browser tab, and nothing else. */
export const useTabs = (): Tabs => useSyncExternalStore(subscribe, now);
export const openTab = (id: string): void => set(withOpened(now(), id));
export const closeTab = (id: string, held: boolean): void => set(withClosed(now(), id, held));
export const forgetTabs = (): void => set(NONE);
