/** Canned replies: which there are in a channel, which of them fit what is typed, and what they say here. */

import type { Reply } from "@/api";

export const PLACEHOLDERS = ["person", "technician", "session", "desk"] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** What is filled in; what is not known leaves no hole. */
export function fill(text: string, values: Record<Placeholder, string>): string {
  const filled = text.replace(/\{(person|technician|session|desk)\}/g, (_, word: Placeholder) => values[word]);
  return filled.replace(/ +([,.;:!?])/g, "$1").replace(/(\S) {2,}/g, "$1 ").trim();
}

/** Of the whole desk and of this channel, by shortcut; where both have the same one, the channel's. */
export function repliesIn(replies: readonly Reply[], channel: string): Reply[] {
  const by = new Map<string, Reply>();
  for (const reply of replies) {
    const { channel: on, shortcut } = reply.setup;
    if (on != null && on !== channel) continue;
    if (on != null || !by.has(shortcut)) by.set(shortcut, reply);
  }
  return Array.from(by.values()).sort((a, b) => a.setup.shortcut.localeCompare(b.setup.shortcut));
}

/** What is searched for when a text begins with `/`; null when it is an ordinary text. */
export const sought = (text: string): string | null => /^\/([^\s/]*)$/.exec(text)?.[1]?.toLowerCase() ?? null;

/** Those that begin so first, then those in which it occurs. */
export function matching(replies: readonly Reply[], words: string): Reply[] {
  const rank = ({ setup: { shortcut, title, text } }: Reply): number => {
    if (shortcut.startsWith(words)) return 0;
    if (shortcut.includes(words)) return 1;
    return `${title ?? ""} ${text}`.toLowerCase().includes(words) ? 2 : 3;
  };
  return replies.map((reply) => [rank(reply), reply] as const).filter(([at]) => at < 3).sort(([a], [b]) => a - b).map(([, reply]) => reply);
}
