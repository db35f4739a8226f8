/** Fields of forms that set something up: choices, numbers, lists. */

import { Autocomplete, Checkbox, MultiSelect, NativeSelect, NumberInput, Radio, Select, Stack, TagsInput, TextInput } from "@mantine/core";
import { useId, useState, type ReactElement, type ReactNode } from "react";

import { Button, Hint, type ButtonProps } from "./controls";
import css from "./fields.module.css";

export interface Option {
  value: string;
  label: string;
  /** A sentence below or beside it. */
  hint?: string | undefined;
}

interface Base {
  label: string;
  /** The label is for screen readers only. */
  bare?: boolean;
  hint?: string | undefined;
  error?: string | undefined;
  testId?: string | undefined;
}

/** A hint stands below its field, so that fields side by side stand in line. */
const BELOW: ("label" | "input" | "description" | "error")[] = ["label", "input", "description", "error"];

const named = ({ label, bare = false, hint, error, testId }: Base) => ({
  ...(bare ? { "aria-label": label } : { label }),
  ...(hint !== undefined && { description: hint, inputWrapperOrder: BELOW }),
  ...(error !== undefined && { error }),
  ...(testId !== undefined && { "data-testid": testId }),
});

/** One of a few. */
export const SelectField = ({ value, options, onChange, small = false, ...base }: Base & { value: string; options: readonly Option[]; onChange: (value: string) => void; small?: boolean }) => (
  <NativeSelect {...named(base)} size={small ? "xs" : "sm"} value={value} data={options.map(({ value: key, label }) => ({ value: key, label }))} onChange={(event) => onChange(event.currentTarget.value)} />
);

/** One of many, found by typing. */
export const SearchSelect = ({ value, options, onChange, nothing, ...base }: Base & { value: string | null; options: readonly Option[]; onChange: (value: string) => void; nothing: string }) => (
  <Select {...named(base)} searchable allowDeselect={false} value={value} data={options.map((o) => ({ value: o.value, label: o.label }))} limit={60} nothingFoundMessage={nothing} comboboxProps={{ withinPortal: false }} onChange={(chosen) => chosen !== null && onChange(chosen)} />
);

/** Several of what there is. */
export const PickField = ({ value, options, onChange, nothing, ...base }: Base & { value: readonly string[]; options: readonly Option[]; onChange: (value: string[]) => void; nothing: string }) => (
  <MultiSelect {...named(base)} searchable value={[...value]} data={options.map((o) => ({ value: o.value, label: o.label }))} nothingFoundMessage={nothing} comboboxProps={{ withinPortal: false }} onChange={onChange} />
);

/** Words of one's own; Enter or a comma ends each. */
export const TagsField = ({ value, onChange, ...base }: Base & { value: readonly string[]; onChange: (value: string[]) => void }) => (
  <TagsInput {...named(base)} value={[...value]} acceptValueOnBlur onChange={onChange} />
);

/** Words, with those that are in use already. */
export const SuggestField = ({ value, options, onChange, ...base }: Base & { value: string; options: readonly string[]; onChange: (value: string) => void }) => (
  <Autocomplete {...named(base)} value={value} data={[...options]} maxLength={60} comboboxProps={{ withinPortal: false }} onChange={onChange} />
);

/** A whole number, or nothing. */
export const NumberField = ({ value, onChange, min = 0, max, ...base }: Base & { value: number | null; onChange: (value: number | null) => void; min?: number; max?: number }) => (
  <NumberInput {...named(base)} classNames={{ wrapper: css.number ?? "" }} value={value ?? ""} min={min} {...(max !== undefined && { max })} allowDecimal={false} allowNegative={false} hideControls onChange={(next) => onChange(typeof next === "number" ? next : null)} />
);

/** From nothing to all, in steps of five. */
export function RangeField({ label, value, onChange, testId, text }: { label: string; value: number; onChange: (value: number) => void; testId?: string; text: string }) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className={css.label}>{label}</label>
      <div className={css.rangeLine}><input id={id} type="range" className={css.range} min={0} max={100} step={5} value={value} aria-valuetext={text} data-testid={testId} onChange={(event) => onChange(Number(event.currentTarget.value))} /><span>{text}</span></div>
    </div>
  );
}

/** `08:30`. */
export const TimeField = ({ value, onChange, ...base }: Base & { value: string; onChange: (value: string) => void }) => (
  <TextInput {...named(base)} className={css.time ?? ""} value={value} inputMode="numeric" maxLength={5} onChange={(event) => onChange(event.currentTarget.value)} />
);

export const DateField = ({ value, onChange, ...base }: Base & { value: string; onChange: (value: string) => void }) => (
  <TextInput {...named(base)} type="date" value={value} onChange={(event) => onChange(event.currentTarget.value)} />
);

/** A moment by the clock of who looks; nothing until it is whole. */
export const MomentField = ({ value, onChange, ...base }: Base & { value: number | null; onChange: (value: number | null) => void }) => (
  <TextInput {...named(base)} classNames={{ wrapper: css.moment ?? "" }} type="datetime-local" defaultValue={value === null ? "" : local(value)} onChange={(event) => {
    const at = new Date(event.currentTarget.value).getTime();
    onChange(Number.isNaN(at) ? null : at);
  }} />
);

/** As the field wants it: `2026-12-24T18:00`, by the clock here. */
function local(at: number): string {
  const date = new Date(at);
  return new Date(at - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** `fixed`: it is to be read, not changed. */
export const Check = ({ checked, onChange, disabled = false, fixed = false, ...base }: Base & { checked: boolean; onChange: (checked: boolean) => void; disabled?: boolean; fixed?: boolean }) => (
  <Checkbox label={base.label} {...(base.hint !== undefined && { description: base.hint })} {...(base.testId !== undefined && { "data-testid": base.testId })} size="sm" checked={checked} disabled={disabled} {...(fixed && { "aria-readonly": true, readOnly: true })} onChange={(event) => !fixed && onChange(event.currentTarget.checked)} />
);

/** One of a few, each with a sentence. */
export const Radios = ({ label, bare = false, value, options, onChange }: { label: string; bare?: boolean; value: string; options: readonly Option[]; onChange: (value: string) => void }) => (
  <Radio.Group {...(bare ? { "aria-label": label } : { label })} value={value} onChange={onChange}>
    <Stack gap={8} mt={4}>
      {options.map((o) => <Radio key={o.value} value={o.value} label={o.label} {...(o.hint !== undefined && { description: o.hint })} size="sm" />)}
    </Stack>
  </Radio.Group>
);

/** Several of many, all to be seen; a field to find them where they are more than a few. */
export function CheckList({ label, find, empty, options, value, onChange, testId }: { label: string; find: string; empty: string; options: readonly Option[]; value: readonly string[]; onChange: (value: string[]) => void; testId?: string }) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();
  const shown = options.filter((o) => plain(`${o.label} ${o.hint ?? ""}`).includes(plain(typed.trim())));
  return (
    <div className={css.list} role="group" aria-labelledby={id} data-testid={testId}>
      <div className={css.listHead}>
        <span id={id} className={css.label}>{label}</span>
        {options.length > 7 && <TextInput size="xs" type="search" aria-label={find} placeholder={find} value={typed} onChange={(event) => setTyped(event.currentTarget.value)} />}
      </div>
      {options.length === 0 && <p className={css.none}>{empty}</p>}
      <div className={css.items}>
        {shown.map((o) => (
          <Checkbox key={o.value} size="sm" label={o.label} {...(o.hint !== undefined && { description: o.hint })} checked={value.includes(o.value)} onChange={(event) => onChange(event.currentTarget.checked ? [...value, o.value] : value.filter((it) => it !== o.value))} />
        ))}
      </div>
    </div>
  );
}

/** Fields that belong together; all of them off where the person may not change them. */
export const Group = ({ title, text, locked = false, children }: { title: string; text?: string | undefined; locked?: boolean; children: ReactNode }) => (
  <fieldset className={css.group} disabled={locked}>
    <legend><h2>{title}</h2></legend>
    {text !== undefined && <p className={css.none}>{text}</p>}
    {children}
  </fieldset>
);

export const Grid = ({ children }: { children: ReactNode }) => <div className={css.grid}>{children}</div>;

/** A button that says why it is off. */
export function GuardedButton({ why, ...button }: ButtonProps & { why: string | null }): ReactElement {
  if (why === null) return <Button {...button} />;
  return (
    <Hint text={why}>
      <span tabIndex={0} role="note" aria-label={why} className={css.guard}><Button {...button} disabled /></span>
    </Hint>
  );
}
