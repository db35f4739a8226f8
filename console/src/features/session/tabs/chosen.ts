/** Which tab stands open: the address says it, else what was chosen for this session before. */

import { TAB_NAMES, type TabName } from "./tab";

const KEPT = "ponte.session-tabs";
/** More are not remembered: the oldest goes. */
const MOST = 50;

const isTab = (name: unknown): name is TabName => TAB_NAMES.some((tab) => tab === name);
/** Of the address; null for what is no tab. */
export const tabNamed = (name: unknown): TabName | null => (isTab(name) ? name : null);

function read(): [string, string][] {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(kept) ? kept.filter((pair): pair is [string, string] => Array.isArray(pair) && pair.length === 2) : [];
  } catch {
    return [];
  }
}

export const rememberedTab = (session: string): TabName => tabNamed(new Map(read()).get(session)) ?? "information";
export function rememberTab(session: string, tab: TabName): void {
  sessionStorage.setItem(KEPT, JSON.stringify([...read().filter(([id]) => id !== session), [session, tab]].slice(-MOST)));
}
