/** Nine digits in groups of three. Typing runs on, pasting anything with nine digits in it fills all. */

import { useRef, type ClipboardEvent, type KeyboardEvent } from "react";

import css from "./ui.module.css";

const GROUPS = [0, 3, 6] as const;

export const onlyDigits = (text: string): string => text.replace(/\D/g, "").slice(0, 9);

export function DigitsInput({ label, groupLabel, value, onChange, invalid, disabled }: { label: string; groupLabel: (from: number, to: number) => string; value: string; onChange: (digits: string) => void; invalid: boolean; disabled: boolean }) {
  const inputs = useRef<(HTMLInputElement | null)[]>([]);
  const focus = (length: number): void => inputs.current[Math.min(2, Math.floor(length / 3))]?.focus();

  const changed = (start: number, text: string): void => {
    const before = value.slice(0, start);
    const digits = text.replace(/\D/g, "");
    const next = digits.length > 3 ? onlyDigits(before + digits) : onlyDigits(before + digits + value.slice(start + 3));
    onChange(next);
    if (digits.length >= 3) focus(before.length + digits.length);
  };

  const pasted = (event: ClipboardEvent): void => {
    const digits = onlyDigits(event.clipboardData.getData("text"));
    if (digits === "") return;
    event.preventDefault();
    onChange(digits);
    focus(digits.length);
  };

  const key = (index: number, event: KeyboardEvent<HTMLInputElement>): void => {
    const { selectionStart, selectionEnd, value: text } = event.currentTarget;
    const atStart = selectionStart === 0 && selectionEnd === 0;
    if ((event.key === "Backspace" && text === "") || (event.key === "ArrowLeft" && atStart)) inputs.current[index - 1]?.focus();
    if (event.key === "ArrowRight" && selectionStart === text.length) inputs.current[index + 1]?.focus();
  };

  return (
    <div className={css.digits} role="group" aria-label={label} data-invalid={invalid}>
      {GROUPS.map((start, index) => (
        <input
          key={start}
          ref={(element) => {
            inputs.current[index] = element;
          }}
          aria-label={groupLabel(start + 1, start + 3)}
          aria-invalid={invalid}
          data-testid={`digits-${index + 1}`}
          inputMode="numeric"
          autoComplete="off"
          spellCheck={false}
          disabled={disabled}
          value={value.slice(start, start + 3)}
          onChange={(event) => changed(start, event.currentTarget.value)}
          onPaste={pasted}
          onKeyDown={(event) => key(index, event)}
          onFocus={(event) => event.currentTarget.select()}
        />
      ))}
    </div>
  );
}
