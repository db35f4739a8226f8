/** Buttons, fields, menus and dialogs: the component library as this product uses it. */

import {
  ActionIcon, Button as MantineButton, CloseButton, Menu as MantineMenu, Modal, PasswordInput, SegmentedControl, Textarea, TextInput, Tooltip,
} from "@mantine/core";
import { Fragment, useRef, useState, type ChangeEvent, type ReactElement, type ReactNode, type RefObject } from "react";

import { Icon, type IconName } from "./icons";
import { ariaKeys, facesOf, useShortcuts, type Shortcut } from "./shortcuts";
import css from "./ui.module.css";

export interface ButtonProps {
  children: ReactNode;
  onClick?: (() => void) | undefined;
  icon?: IconName;
  kind?: "primary" | "default" | "danger" | "quiet";
  type?: "button" | "submit";
  busy?: boolean;
  disabled?: boolean;
  size?: "xs" | "sm" | "md" | "lg";
  wide?: boolean;
  testId?: string;
  autoFocus?: boolean;
  /** Does the same from the keyboard; shown in the tooltip. */
  shortcut?: Shortcut;
  title?: string;
  /** Its name where the window is too narrow for words: the icon alone is shown there. */
  narrow?: string;
}

export function Button({ kind = "default", icon, busy = false, wide = false, testId, size = "sm", type = "button", onClick, shortcut, narrow, children, ...rest }: ButtonProps) {
  const variant = kind === "default" ? "default" : kind === "quiet" ? "subtle" : "filled";
  return (
    <WithShortcut shortcut={shortcut} run={busy || rest.disabled === true ? undefined : onClick}>
      <MantineButton
        {...rest}
        {...(onClick && { onClick })}
        {...(kind === "danger" && { color: "red" })}
        {...(kind === "quiet" && { c: "var(--accent-text)", px: 6, ml: -6 })}
        {...(shortcut !== undefined && { "aria-keyshortcuts": ariaKeys(shortcut) })}
        {...(narrow !== undefined && { "aria-label": narrow, className: css.compact })}
        variant={variant}
        size={size}
        type={type}
        loading={busy}
        fullWidth={wide}
        data-testid={testId}
        leftSection={icon && <Icon name={icon} size={16} />}
      >
        {children}
      </MantineButton>
    </WithShortcut>
  );
}

/** Hears the shortcut and shows it on hover and focus; `label` where the thing itself shows no words. */
export function WithShortcut({ shortcut, run, label, quiet = false, children }: { shortcut?: Shortcut | undefined; run?: (() => void) | undefined; label?: string; quiet?: boolean; children: ReactElement }) {
  useShortcuts(shortcut === undefined ? {} : { [shortcut]: run });
  if (shortcut === undefined && label === undefined) return children;
  return (
    <Tooltip label={<span className={css.tip}>{label}{shortcut !== undefined && <ShortcutKeys shortcut={shortcut} />}</span>} position="bottom" openDelay={400} disabled={quiet} withinPortal={false}>
      {children}
    </Tooltip>
  );
}

/** The keys as they are engraved; each way to do it apart. */
export const ShortcutKeys = ({ shortcut }: { shortcut: Shortcut }) => (
  <span className={css.keys}>{facesOf(shortcut).map((keys) => <span key={keys.join()} className={css.chord}>{keys.map((key) => <Kbd key={key}>{key}</Kbd>)}</span>)}</span>
);

/** Sentences beside something that says it in short. */
export const Hint = ({ text, children }: { text: string; children: ReactElement }) => (
  <Tooltip label={text} multiline maw={320} position="bottom-start" events={{ hover: true, focus: true, touch: true }} withinPortal={false} style={{ whiteSpace: "pre-line" }}>
    {children}
  </Tooltip>
);

interface IconButtonProps {
  label: string;
  icon: IconName;
  onClick: () => void;
  pressed?: boolean;
  testId?: string;
  disabled?: boolean;
  shortcut?: Shortcut;
  /** Shown on it when it is not 0; `label` says of what. */
  count?: number;
  /** Beside words of its size. */
  small?: boolean;
}

export function IconButton({ label, icon, onClick, pressed, testId, disabled = false, shortcut, count = 0, small = false }: IconButtonProps) {
  return (
    <WithShortcut shortcut={shortcut} run={disabled ? undefined : onClick} label={label}>
      <ActionIcon
        variant="subtle"
        c={disabled ? "var(--line-strong)" : pressed === true ? "var(--accent-text)" : "var(--text)"}
        {...(disabled ? { bg: "transparent" } : pressed === true && { bg: "var(--accent-soft)" })}
        size={small ? 24 : 32}
        aria-label={label}
        disabled={disabled}
        {...(pressed !== undefined && { "aria-pressed": pressed })}
        {...(shortcut !== undefined && { "aria-keyshortcuts": ariaKeys(shortcut) })}
        onClick={onClick}
        data-testid={testId}
      >
        <Icon name={icon} {...(small && { size: 14 })} />
        {count > 0 && <span className={css.count} aria-hidden="true">{count > 9 ? "9+" : count}</span>}
      </ActionIcon>
    </WithShortcut>
  );
}

interface FieldProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  error?: string | undefined;
  hint?: string;
  required?: boolean;
  optional?: string;
  autoFocus?: boolean;
  autoComplete?: string;
  inputMode?: "email" | "tel" | "text" | "numeric";
  maxLength?: number;
  testId?: string;
  disabled?: boolean;
  /** The label is for screen readers only. */
  bare?: boolean;
}

function fieldProps({ value, onChange, error, hint, testId, label, optional, bare = false, ...rest }: FieldProps) {
  const name = optional === undefined ? label : `${label} (${optional})`;
  return {
    ...rest,
    ...(bare ? { "aria-label": name } : { label: name }),
    value,
    error,
    placeholder: hint,
    "data-testid": testId,
    withAsterisk: false,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(event.currentTarget.value),
  };
}

export const TextField = (props: FieldProps) => <TextInput {...definite(fieldProps(props))} />;
export const PasswordField = (props: FieldProps) => <PasswordInput visibilityToggleButtonProps={{ "aria-hidden": true, tabIndex: -1 }} {...definite(fieldProps(props))} />;
export const TextArea = ({ rows = 4, ...props }: FieldProps & { rows?: number }) => <Textarea rows={rows} {...definite(fieldProps(props))} />;

/** Leaves out what is undefined, which the library's types refuse. */
function definite<T extends object>(props: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as { [K in keyof T]: Exclude<T[K], undefined> };
}

export function SearchField({ label, hint, value, onChange, inputRef }: { label: string; hint: string; value: string; onChange: (value: string) => void; inputRef: RefObject<HTMLInputElement | null> }) {
  return (
    <TextInput
      ref={inputRef}
      type="search"
      aria-label={label}
      placeholder={hint}
      value={value}
      size="sm"
      className={css.search}
      leftSection={<Icon name="search" size={16} />}
      rightSection={value === "" ? <ShortcutKeys shortcut="search" /> : null}
      onChange={(event) => onChange(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        onChange("");
        event.currentTarget.blur();
      }}
    />
  );
}

export interface MenuEntry {
  label: string;
  onClick: () => void;
  selected?: boolean;
  testId?: string;
  shortcut?: Shortcut;
  /** What it comes to. */
  hint?: string;
}
export interface MenuSection {
  title?: string;
  entries: readonly MenuEntry[];
  /** Short entries side by side. */
  grid?: boolean;
}

/** `words`: shown on the button, in place of the icon alone. */
export function Menu({ label, icon, sections, disabled = false, testId, shortcut, words }: { label: string; icon: IconName; sections: readonly MenuSection[]; disabled?: boolean; testId?: string; shortcut?: Shortcut; words?: ReactNode }) {
  const target = useRef<HTMLButtonElement>(null);
  const [opened, setOpened] = useState(false);
  return (
    <MantineMenu opened={opened} onChange={setOpened} position="bottom-end" width={words === undefined ? 220 : 280} shadow="md" returnFocus withinPortal={false} withInitialFocusPlaceholder={false}>
      <WithShortcut shortcut={shortcut} run={disabled ? undefined : () => target.current?.click()} label={label} quiet={opened}>
        <span className={css.target}>
          <MantineMenu.Target>
            {words === undefined ? (
              <ActionIcon ref={target} variant="subtle" c={disabled ? "var(--line-strong)" : opened ? "var(--accent-text)" : "var(--text)"} {...(disabled ? { bg: "transparent" } : opened && { bg: "var(--accent-soft)" })} size={32} aria-label={label} disabled={disabled} data-testid={testId} {...(shortcut !== undefined && { "aria-keyshortcuts": ariaKeys(shortcut) })}>
                <Icon name={icon} />
              </ActionIcon>
            ) : (
              <MantineButton ref={target} variant="default" size="xs" disabled={disabled} data-testid={testId} leftSection={<Icon name={icon} size={16} />} {...(shortcut !== undefined && { "aria-keyshortcuts": ariaKeys(shortcut) })}>
                {words}
              </MantineButton>
            )}
          </MantineMenu.Target>
        </span>
      </WithShortcut>
      <MantineMenu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        {sections.map((section, index) => (
          <Fragment key={section.title ?? index}>
            {index > 0 && <MantineMenu.Divider />}
            {section.title !== undefined && <MantineMenu.Label c="var(--dim)">{section.title}</MantineMenu.Label>}
            <div role="none" className={section.grid === true ? css.menuGrid : undefined}>
              {section.entries.map((entry) => (
                <MantineMenu.Item
                  key={entry.label}
                  onClick={entry.onClick}
                  data-testid={entry.testId}
                  leftSection={entry.selected === undefined ? undefined : <span style={{ display: "inline-block", width: 16 }}>{entry.selected && <Icon name="check" size={16} />}</span>}
                  rightSection={entry.shortcut === undefined ? undefined : <ShortcutKeys shortcut={entry.shortcut} />}
                >
                  {entry.label}
                  {entry.hint !== undefined && <span className={css.entryHint}>{entry.hint}</span>}
                </MantineMenu.Item>
              ))}
            </div>
          </Fragment>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}

export function Dialog({ title, opened, onClose, closeLabel, children, wide = false }: { title: string; opened: boolean; onClose: () => void; closeLabel: string; children: ReactNode; wide?: boolean }) {
  if (!opened) return null;
  return (
    <Modal.Root opened onClose={onClose} centered size={wide ? "xl" : "md"} padding="lg" transitionProps={{ duration: 120 }}>
      <Modal.Overlay />
      <Modal.Content aria-label={title}>
        <Modal.Body pt="lg">
          <div className={css.dialogHead}>
            <h2>{title}</h2>
            <CloseButton aria-label={closeLabel} onClick={onClose} />
          </div>
          {children}
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface SegmentsProps<T extends string> {
  label: string;
  value: T;
  options: readonly { value: T; label: string }[];
  onChange: (value: T) => void;
  wide?: boolean;
  /** Goes on to the next one. */
  shortcut?: Shortcut;
}

export function Segments<T extends string>({ label, value, options, onChange, wide = false, shortcut }: SegmentsProps<T>) {
  const next = (): void => {
    const at = options.findIndex((option) => option.value === value);
    const option = options[(at + 1) % options.length];
    if (option !== undefined) onChange(option.value);
  };
  return (
    <WithShortcut shortcut={shortcut} run={next} {...(shortcut !== undefined && { label })}>
      <SegmentedControl aria-label={label} size="xs" fullWidth={wide} value={value} data={options.map((o) => ({ ...o }))} onChange={(chosen) => onChange(chosen)} />
    </WithShortcut>
  );
}

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className={css.kbd}>{children}</kbd>;
}
