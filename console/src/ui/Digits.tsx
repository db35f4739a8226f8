/** Nine digits in one field, shown in groups of three. Typing over, pasting in any format and arrows are the browser's own. */

import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type ChangeEvent, type ClipboardEvent, type Ref } from "react";

import { codeIn, edited, grouped, position } from "./digits";
import css from "./ui.module.css";

export interface DigitsHandle {
  /** Puts the focus here with the digits from this index on selected: the next digit typed replaces them. */
  select: (from: number) => void;
}

interface Props {
  label: string;
  value: string;
  onChange: (digits: string) => void;
  invalid: boolean;
  /** Keeps the focus, takes no changes. */
  busy: boolean;
  /** The id of the text that says what is wrong. */
  describedBy?: string;
  ref?: Ref<DigitsHandle>;
}

export function DigitsInput({ label, value, onChange, invalid, busy, describedBy, ref }: Props) {
  const input = useRef<HTMLInputElement>(null);
  // A new object for each edit, so that the caret is placed even where the digits stayed the same.
  const [caret, setCaret] = useState<{ at: number } | null>(null);
  const shown = grouped(value);

  useEffect(() => input.current?.focus(), []);
  useLayoutEffect(() => {
    if (caret !== null && document.activeElement === input.current) input.current?.setSelectionRange(position(caret.at), position(caret.at));
  }, [caret]);
  useImperativeHandle(ref, () => ({
    select: (from) => {
      input.current?.focus();
      input.current?.setSelectionRange(position(from), shown.length);
    },
  }), [shown]);

  const changed = (event: ChangeEvent<HTMLInputElement>): void => {
    const { value: text, selectionStart } = event.currentTarget;
    const { inputType } = event.nativeEvent as InputEvent;
    const next = edited(value, text, selectionStart ?? text.length, inputType === "deleteContentBackward");
    setCaret({ at: next.caret });
    onChange(next.digits);
  };

  const pasted = (event: ClipboardEvent): void => {
    const code = codeIn(event.clipboardData.getData("text"));
    if (code === null || busy) return;
    event.preventDefault();
    setCaret({ at: code.length });
    onChange(code);
  };

  return (
    <input
      ref={input}
      className={css.digits}
      aria-label={label}
      aria-invalid={invalid}
      {...(describedBy !== undefined && { "aria-describedby": describedBy })}
      data-testid="digits-1"
      inputMode="numeric"
      autoComplete="off"
      spellCheck={false}
      readOnly={busy}
      placeholder="··· ··· ···"
      value={shown}
      onChange={changed}
      onPaste={pasted}
    />
  );
}
