/** Buttons, fields, menus and dialogs: the component library as this product uses it. */

import {
  ActionIcon, Button as MantineButton, CloseButton, Menu as MantineMenu, Modal, PasswordInput, SegmentedControl, Textarea, TextInput, Tooltip,
} from "@mantine/core";
import { Fragment, type ChangeEvent, type ReactElement, type ReactNode, type RefObject } from "react";

import { Icon, type IconName } from "./icons";
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
}

export function Button({ kind = "default", icon, busy = false, wide = false, testId, size = "sm", type = "button", onClick, ...rest }: ButtonProps) {
  const variant = kind === "default" ? "default" : kind === "quiet" ? "subtle" : "filled";
  return (
    <MantineButton
      {...rest}
      {...(onClick && { onClick })}
      {...(kind === "danger" && { color: "red" })}
      {...(kind === "quiet" && { c: "var(--accent-text)", px: 6, ml: -6 })}
      variant={variant}
      size={size}
      type={type}
      loading={busy}
      fullWidth={wide}
      data-testid={testId}
      leftSection={icon && <Icon name={icon} size={16} />}
    />
  );
}

/** Sentences beside something that says it in short. */
export const Hint = ({ text, children }: { text: string; children: ReactElement }) => (
  <Tooltip label={text} multiline maw={320} position="bottom-start" events={{ hover: true, focus: true, touch: true }} withinPortal={false} style={{ whiteSpace: "pre-line" }}>
    {children}
  </Tooltip>
);

export function IconButton({ label, icon, onClick, pressed, testId, disabled = false }: { label: string; icon: IconName; onClick?: () => void; pressed?: boolean; testId?: string; disabled?: boolean }) {
  return (
    <Tooltip label={label} position="bottom" openDelay={400} withinPortal={false}>
      <ActionIcon
        variant="subtle"
        c={pressed === true ? "var(--accent-text)" : "var(--text)"}
        {...(pressed === true && { bg: "var(--accent-soft)" })}
        size={32}
        aria-label={label}
        disabled={disabled}
        {...(pressed !== undefined && { "aria-pressed": pressed })}
        {...(onClick && { onClick })}
        data-testid={testId}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
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
  inputMode?: "email" | "tel" | "text";
  maxLength?: number;
  testId?: string;
}

function fieldProps({ value, onChange, error, hint, testId, label, optional, ...rest }: FieldProps) {
  return {
    ...rest,
    label: optional === undefined ? label : `${label} (${optional})`,
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
      w={280}
      leftSection={<Icon name="search" size={16} />}
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
}
export interface MenuSection {
  title?: string;
  entries: readonly MenuEntry[];
}

export function Menu({ label, icon, sections, disabled = false, testId }: { label: string; icon: IconName; sections: readonly MenuSection[]; disabled?: boolean; testId?: string }) {
  return (
    <MantineMenu position="bottom-end" width={220} shadow="md" returnFocus withinPortal={false} withInitialFocusPlaceholder={false}>
      <MantineMenu.Target>
        <ActionIcon variant="subtle" c="var(--text)" size={32} aria-label={label} title={label} disabled={disabled} data-testid={testId}>
          <Icon name={icon} />
        </ActionIcon>
      </MantineMenu.Target>
      <MantineMenu.Dropdown mah="70vh" style={{ overflowY: "auto" }}>
        {sections.map((section, index) => (
          <Fragment key={section.title ?? index}>
            {index > 0 && <MantineMenu.Divider />}
            {section.title !== undefined && <MantineMenu.Label c="var(--dim)">{section.title}</MantineMenu.Label>}
            {section.entries.map((entry) => (
              <MantineMenu.Item key={entry.label} onClick={entry.onClick} data-testid={entry.testId} leftSection={entry.selected === undefined ? undefined : <span style={{ display: "inline-block", width: 16 }}>{entry.selected && <Icon name="check" size={16} />}</span>}>
                {entry.label}
              </MantineMenu.Item>
            ))}
          </Fragment>
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  );
}

export function Dialog({ title, opened, onClose, closeLabel, children, wide = false }: { title: string; opened: boolean; onClose: () => void; closeLabel: string; children: ReactNode; wide?: boolean }) {
  if (!opened) return null;
  return (
    <Modal.Root opened onClose={onClose} centered size={wide ? "lg" : "md"} padding="lg" transitionProps={{ duration: 120 }}>
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

export function Segments<T extends string>({ label, value, options, onChange }: { label: string; value: T; options: readonly { value: T; label: string }[]; onChange: (value: T) => void }) {
  return <SegmentedControl aria-label={label} size="xs" value={value} data={options.map((o) => ({ ...o }))} onChange={(next) => onChange(next)} />;
}

export function Kbd({ children }: { children: ReactNode }) {
  return <kbd className={css.kbd}>{children}</kbd>;
}
