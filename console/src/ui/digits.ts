/** How nine digits are edited in one field that shows them in groups of three. Pure. */

const ALL = 9;

export const onlyDigits = (text: string): string => text.replace(/\D/g, "").slice(0, ALL);

/** `518621854` → `518 621 854`. */
export const grouped = (digits: string): string => digits.replace(/(\d{3})(?=\d)/g, "$1 ");

/** Where in the shown text the caret stands when it stands before the digit of this index. */
export const position = (index: number): number => index + Math.min(2, Math.floor(index / 3));

/**
 * The code in a pasted text, however it was written: nine digits with little between them, for example out of
 * “the number is 518-621-854”. Null when there is no such run: then the text counts as digits typed.
 */
export function codeIn(text: string): string | null {
  const found = /(?<!\d)\d(?:[^\d\n]{0,3}\d){8}(?!\d)/.exec(text);
  return found === null ? null : onlyDigits(found[0]);
}

export interface Edit {
  digits: string;
  /** The caret stands before the digit of this index. */
  caret: number;
}

/**
 * What an edit of the shown text means: `before` are the digits until now, `text` and `caret` what the field holds
 * after the browser's own edit, `backwards` whether it was one Backspace.
 */
export function edited(before: string, text: string, caret: number, backwards: boolean): Edit {
  const all = text.replace(/\D/g, "");
  const left = text.slice(0, caret).replace(/\D/g, "").length;
  if (backwards && all === before && left > 0) {
    // It took the space between two groups: the digit before it was meant.
    return { digits: all.slice(0, left - 1) + all.slice(left), caret: left - 1 };
  }
  // Typing into a full field writes over what follows the caret.
  const surplus = Math.max(0, all.length - Math.max(before.length, ALL));
  const digits = (all.slice(0, left) + all.slice(left + surplus)).slice(0, ALL);
  return { digits, caret: Math.min(left, digits.length) };
}
