/**
 * Which tab does what with something new, so that it is done once. Pure.
 *
 * One of the tabs leads: it rings and asks the system to show. The tab that was looked at last shows it in the page.
 * Whoever looks at the session right now is told nothing: they see it.
 */

import type { Notice } from "@/api";

/** What was looked at last, as its tab wrote it down. */
export interface Attention {
  tab: string;
  /** The session on its page, if it is one. */
  session: string | null;
  /** Somebody is there: the window has the focus. */
  focused: boolean;
}

export interface Tab {
  id: string;
  leads: boolean;
}

export interface Doing {
  toast: boolean;
  desktop: boolean;
  sound: boolean;
  /** It is on the page in front of the technician. */
  seen: boolean;
}

export function doing(notice: Notice, tab: Tab, attention: Attention | null): Doing {
  const watched = attention?.focused === true && attention.session === notice.session.id;
  const mine = attention === null ? tab.leads : attention.tab === tab.id;
  if (watched) return { toast: false, desktop: false, sound: false, seen: mine };
  return {
    toast: mine && notice.ways.includes("page"),
    // Beside other windows: in front of this one the page itself tells.
    desktop: tab.leads && attention?.focused !== true && notice.ways.includes("desktop"),
    sound: tab.leads && notice.ways.includes("sound"),
    seen: false,
  };
}

/** Those that no tab of this browser has told yet, oldest first; of one session and event only the newest. */
export function fresh(notices: readonly Notice[], told: number): Notice[] {
  const newest = new Map<string, Notice>();
  for (const notice of notices) {
    const key = `${notice.session.id} ${notice.event}`;
    if (notice.id > told && !notice.seen && !newest.has(key)) newest.set(key, notice);
  }
  return Array.from(newest.values()).reverse();
}
