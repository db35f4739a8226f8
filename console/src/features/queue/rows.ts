/** Which sessions a view shows, in which order. Pure. */

import type { Session } from "@/api";

export const VIEWS = ["all", "waiting", "active", "closed", "expired", "mine"] as const;
export type View = (typeof VIEWS)[number];
export const isView = (text: string | undefined): text is View => VIEWS.some((view) => view === text);

export const COLUMNS = ["number", "received", "person", "company", "subject", "state", "owner", "waiting"] as const;
export type Column = (typeof COLUMNS)[number];
export interface Sort {
  column: Column;
  descending: boolean;
}

export function inView(session: Session, view: View, technician: string): boolean {
  if (view === "all") return true;
  if (view === "mine") return session.owner?.id === technician;
  return session.state === view;
}

export function counts(sessions: Iterable<Session>, technician: string): Record<View, number> {
  const result: Record<View, number> = { all: 0, waiting: 0, active: 0, closed: 0, expired: 0, mine: 0 };
  for (const session of sessions) for (const view of VIEWS) if (inView(session, view, technician)) result[view] += 1;
  return result;
}

/** Somebody is there, and nobody has taken it. */
export const mayAssign = (session: Session): boolean => session.owner == null && session.detail === "ready";

/** Every word must occur somewhere; case and accents do not matter. */
export function matches(session: Session, search: string): boolean {
  const words = plain(search).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return true;
  const { number, person, company, subject, email, phone, owner, asset_number, device } = session;
  const text = plain([`#${number}`, person, company, subject, email, phone, owner?.name, asset_number, device?.host_name, device?.user].filter(Boolean).join("\n"));
  return words.every((word) => text.includes(word));
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLocaleLowerCase();

/** Since when somebody waits; null when nobody does. */
export const waitingSince = (session: Session): number | null => (session.state === "waiting" ? (session.waiting_since ?? session.created_at) : null);

const STATE_ORDER = { ready: 0, invited: 1, reconnecting: 2, connected: 3 } as const;
const stateRank = (s: Session): number => (s.detail != null ? STATE_ORDER[s.detail] : s.state === "closed" ? 8 : s.state === "expired" ? 9 : 5);

const KEYS: Record<Column, (session: Session) => number | string> = {
  number: (s) => s.number,
  received: (s) => s.created_at,
  person: (s) => s.person ?? s.device?.host_name ?? s.device?.user ?? "",
  company: (s) => s.company ?? "",
  subject: (s) => s.subject ?? "",
  state: stateRank,
  owner: (s) => s.owner?.name ?? "",
  waiting: (s) => -(waitingSince(s) ?? Number.MAX_SAFE_INTEGER),
};

export function sorted(sessions: readonly Session[], sort: Sort, language: string): Session[] {
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const key = KEYS[sort.column];
  const compare = (a: Session, b: Session): number => {
    const [x, y] = [key(a), key(b)];
    if (typeof x === "string" && typeof y === "string") {
      if ((x === "") !== (y === "")) return x === "" ? 1 : -1; // the unnamed last, either way
      return (sort.descending ? -1 : 1) * collator.compare(x, y);
    }
    return (sort.descending ? -1 : 1) * (Number(x) - Number(y));
  };
  return [...sessions].sort((a, b) => compare(a, b) || b.number - a.number);
}
