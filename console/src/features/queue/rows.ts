/** Which sessions a view shows, in which order. Pure. */

import type { Priority, Session } from "@/api";

export const VIEWS = ["all", "waiting", "active", "closed", "mine", "unassigned"] as const;
export type View = (typeof VIEWS)[number];
export const isView = (text: string | undefined): text is View => VIEWS.some((view) => view === text);

export const COLUMNS = ["number", "received", "person", "company", "subject", "channel", "priority", "state", "owner", "waiting"] as const;
export type Column = (typeof COLUMNS)[number];
/** `queue`: as the relay gives them out; no column's order. */
export interface Sort {
  column: Column | "queue";
  descending: boolean;
}

/** From the most urgent. */
export const PRIORITIES = ["urgent", "high", "normal", "low"] as const satisfies readonly Priority[];

/** Of each, any of those named; where none is named, any. */
export interface Filters {
  channel: readonly string[];
  priority: readonly string[];
  category: readonly string[];
}

const over = ({ state }: Session): boolean => state === "closed" || state === "expired";

export function inView(session: Session, view: View, technician: string): boolean {
  switch (view) {
    case "all":
      return true;
    case "mine":
      return session.owner?.id === technician;
    case "unassigned":
      return session.owner == null && !over(session);
    case "closed":
      return over(session);
    default:
      return session.state === view;
  }
}

export function counts(sessions: Iterable<Session>, technician: string): Record<View, number> {
  const result: Record<View, number> = { all: 0, waiting: 0, active: 0, closed: 0, mine: 0, unassigned: 0 };
  for (const session of sessions) for (const view of VIEWS) if (inView(session, view, technician)) result[view] += 1;
  return result;
}

export function passes(session: Session, { channel, priority, category }: Filters): boolean {
  const any = (wanted: readonly string[], is: string | null | undefined): boolean => wanted.length === 0 || (is != null && wanted.includes(is));
  return any(channel, session.channel) && any(priority, session.priority) && any(category, session.category);
}

/** Nobody has taken it, and somebody is there or waits for a person. */
export const mayAssign = (session: Session): boolean => session.owner == null && session.detail === "ready";

/** Every word must occur somewhere; case and accents do not matter. */
export function matches(session: Session, search: string): boolean {
  const words = plain(search).split(/\s+/).filter((word) => word !== "");
  if (words.length === 0) return true;
  const text = searched(session);
  return words.every((word) => text.includes(word));
}

/** Each session is folded once, however often it is searched: a changed session is another object. */
const texts = new WeakMap<Session, string>();
function searched(session: Session): string {
  const known = texts.get(session);
  if (known !== undefined) return known;
  const { number, person, company, subject, email, phone, owner, asset_number, device } = session;
  const text = plain([`#${number}`, person, company, subject, email, phone, owner?.name, asset_number, device?.host_name, device?.user].filter(Boolean).join("\n"));
  texts.set(session, text);
  return text;
}

const plain = (text: string): string => text.normalize("NFD").replace(/\p{Mn}/gu, "").toLocaleLowerCase();

/** Since when somebody waits; null when nobody does. */
export const waitingSince = (session: Session): number | null => (session.state === "waiting" ? (session.waiting_since ?? session.created_at) : null);

const STATE_ORDER = { ready: 0, invited: 1, reconnecting: 2, connected: 3, in_person: 4, on_hold: 5, awaiting_confirmation: 7 } as const;
const stateRank = (s: Session): number => (s.detail != null ? STATE_ORDER[s.detail] : s.state === "closed" ? 8 : s.state === "expired" ? 9 : 6);
/** After everything that has a place. */
const LAST = Number.MAX_SAFE_INTEGER;

type Key = (session: Session, channel: (id: string) => string) => number | string;
const KEYS: Record<Sort["column"], Key> = {
  queue: (s) => s.queue_at ?? LAST,
  number: (s) => s.number,
  received: (s) => s.created_at,
  person: (s) => s.person ?? s.device?.host_name ?? s.device?.user ?? "",
  company: (s) => s.company ?? "",
  subject: (s) => s.subject ?? "",
  channel: (s, name) => name(s.channel),
  priority: (s) => -PRIORITIES.indexOf(s.priority),
  state: stateRank,
  owner: (s) => s.owner?.name ?? "",
  waiting: (s) => -(waitingSince(s) ?? LAST),
};

/** `channel` gives a channel's name. */
export function sorted(sessions: readonly Session[], sort: Sort, language: string, channel: (id: string) => string = (id) => id): Session[] {
  const collator = new Intl.Collator(language, { numeric: true, sensitivity: "base" });
  const direction = sort.descending ? -1 : 1;
  const keyed = sessions.map((session) => ({ session, key: KEYS[sort.column](session, channel) }));
  const compare = (x: number | string, y: number | string): number => {
    if (typeof x === "string" && typeof y === "string") {
      if ((x === "") !== (y === "")) return x === "" ? 1 : -1; // the unnamed last, either way
      return direction * collator.compare(x, y);
    }
    return direction * (Number(x) - Number(y));
  };
  // In the queue, of two of one moment the earlier goes first; elsewhere the newer is on top.
  const tie = sort.column === "queue" ? 1 : -1;
  return keyed.sort((a, b) => compare(a.key, b.key) || tie * (a.session.number - b.session.number)).map(({ session }) => session);
}
