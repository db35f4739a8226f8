/** The keyboard shortcuts of the product: one table, from which keys are heard, tooltips drawn and the help listed. */

import { useEffect } from "react";

import { useLatest } from "./useLatest";

/** By `KeyboardEvent.key`; a capital letter is Shift with the letter. Where several are given, each does it. */
export const SHORTCUTS = {
  anywhere: { queue: ["q"], newSession: ["n"], enterCode: ["c"], account: ["u"], help: ["?"], availability: ["p"], team: ["w"], notices: ["b"], nextTab: ["]"], previousTab: ["["], closeTab: ["x"], acceptOffer: ["A"], declineOffer: ["D"] },
  queue: { next: ["j", "ArrowDown"], previous: ["k", "ArrowUp"], open: ["Enter"], assign: ["a"], view: ["1", "2", "3", "4", "5", "6"], search: ["/"], takeNext: ["t"], density: ["g"] },
  session: { main: ["s"], tab: ["1", "2", "3", "4", "5", "6"], copyLink: ["l"], details: ["d"], messages: ["m"], transfer: ["O"], invite: ["I"], release: ["R"], end: ["e"], hold: ["h"], confirmSolved: ["y"], rejectDone: ["N"], reopen: ["o"], move: ["M"] },
  live: { requestControl: ["t"], giveBack: ["T"], specialKeys: ["k"], paste: ["v"], size: ["z"], fullScreen: ["f"], stats: ["i"] },
} as const satisfies Record<string, Record<string, readonly string[]>>;

type Table = typeof SHORTCUTS;
export type Shortcut = { [Section in keyof Table]: keyof Table[Section] }[keyof Table];

const KEYS = Object.assign({}, ...Object.values(SHORTCUTS)) as Record<Shortcut, readonly string[]>;
const FACES: Partial<Record<string, string>> = { ArrowDown: "↓", ArrowUp: "↑" };

/** As they are engraved: each way to do it, as keys to hold together. */
export const facesOf = (shortcut: Shortcut): string[][] =>
  KEYS[shortcut].map((key) => (/^[A-Z]$/.test(key) ? ["Shift", key] : [FACES[key] ?? (/^[a-z]$/.test(key) ? key.toUpperCase() : key)]));
/** For `aria-keyshortcuts`. */
export const ariaKeys = (shortcut: Shortcut): string => KEYS[shortcut].map((key) => (/^[A-Z]$/.test(key) ? `Shift+${key}` : key)).join(" ");

/** Is the person typing somewhere, or is a dialog or menu open? Then single keys are no shortcuts. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input:not([type=radio]), textarea, select, [contenteditable=true], [role=dialog], [role=menu]") !== null;
}

/** What was pressed. Where the layout has no Latin letters, the letter engraved beside counts. */
export function pressedKey({ key, code, shiftKey }: Pick<KeyboardEvent, "key" | "code" | "shiftKey">): string {
  // Where letters are on these two keys, they are nobody's shortcut, and the keys are where brackets are elsewhere.
  if (code === "BracketLeft" && /^\p{L}$/u.test(key)) return "[";
  if (code === "BracketRight" && /^\p{L}$/u.test(key)) return "]";
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter === undefined || !/^\p{L}$/u.test(key) || /^[a-z]$/i.test(key)) return key;
  return shiftKey ? letter : letter.toLowerCase();
}

type Actions = Partial<Record<Shortcut, ((key: string) => void) | undefined>>;

/** Hears shortcuts while the component is on the page. Of two that take the same key, one has it. */
export function useShortcuts(actions: Actions): void {
  const latest = useLatest(actions);
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const key = pressedKey(event);
      // Buttons and links have Enter for themselves.
      if (key === "Enter" && event.target instanceof HTMLElement && event.target.closest("a, button") !== null) return;
      const found = (Object.entries(latest.current) as [Shortcut, Actions[Shortcut]][]).find(([shortcut, run]) => run !== undefined && KEYS[shortcut].includes(key));
      if (found === undefined || (event.repeat && found[0] !== "next" && found[0] !== "previous")) return;
      event.preventDefault();
      found[1]?.(key);
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [latest]);
}
