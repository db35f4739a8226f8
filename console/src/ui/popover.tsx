/** What opens beside a button, and what is chosen in it. */

import { ActionIcon, Button as MantineButton, Checkbox, NativeSelect, Popover as MantinePopover } from "@mantine/core";
import { useState, type ReactNode } from "react";

import { WithShortcut } from "./controls";
import { Icon, type IconName } from "./icons";
import { ariaKeys, type Shortcut } from "./shortcuts";
import css from "./ui.module.css";

interface PopoverProps {
  label: string;
  icon: IconName;
  /** With words beside the icon. */
  words?: ReactNode;
  children?: ReactNode;
  testId?: string;
  shortcut?: Shortcut;
  width?: number;
  /** Shown on it when it is not 0; `label` says of what. */
  count?: number;
  onOpen?: () => void;
  /** What is in it may close it. */
  render?: (close: () => void) => ReactNode;
}

/** Escape and a click elsewhere close it; the focus is in it while it is open. */
export function Popover({ label, icon, words, children, testId, shortcut, width = 320, count = 0, onOpen, render }: PopoverProps) {
  const [opened, setOpened] = useState(false);
  const toggle = (): void => {
    if (!opened) onOpen?.();
    setOpened(!opened);
  };
  const keys = shortcut === undefined ? {} : { "aria-keyshortcuts": ariaKeys(shortcut) };
  return (
    <MantinePopover opened={opened} onChange={setOpened} position="bottom-end" width={width} shadow="md" trapFocus returnFocus withinPortal={false}>
      <WithShortcut shortcut={shortcut} run={toggle} label={label} quiet={opened}>
        <span className={css.target}>
          <MantinePopover.Target>
            {words === undefined ? (
              <ActionIcon variant="subtle" c={opened ? "var(--accent-text)" : "var(--text)"} {...(opened && { bg: "var(--accent-soft)" })} size={32} aria-label={label} onClick={toggle} data-testid={testId} {...keys}><Icon name={icon} />{count > 0 && <span className={css.count} aria-hidden="true">{count > 99 ? "99+" : count}</span>}</ActionIcon>
            ) : (
              <MantineButton variant="default" size="xs" leftSection={<Icon name={icon} size={16} />} onClick={toggle} data-testid={testId} {...keys}>{words}</MantineButton>
            )}
          </MantinePopover.Target>
        </span>
      </WithShortcut>
      <MantinePopover.Dropdown aria-label={label} mah="72vh" style={{ overflowY: "auto" }}>{render === undefined ? children : render(() => setOpened(false))}</MantinePopover.Dropdown>
    </MantinePopover>
  );
}

interface Option {
  value: string;
  label: string;
}

/** Several of several. */
export function Checks({ title, options, chosen, onChange, testId }: { title: string; options: readonly Option[]; chosen: readonly string[]; onChange: (chosen: string[]) => void; testId?: string }) {
  return (
    <Checkbox.Group label={title} value={[...chosen]} onChange={onChange} data-testid={testId}>
      <div className={css.checks}>
        {options.map(({ value, label }) => <Checkbox key={value} size="xs" value={value} label={label} />)}
      </div>
    </Checkbox.Group>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  options: readonly Option[];
  onChange: (value: string) => void;
  /** The label is for those who do not see what stands beside it. */
  bare?: boolean;
  disabled?: boolean;
  /** Why it is disabled. */
  title?: string | undefined;
  optional?: string;
  testId?: string;
}

/** One of several, by the browser's own list. */
export function Choice({ label, value, options, onChange, bare = false, disabled = false, title, optional, testId }: ChoiceProps) {
  return (
    <NativeSelect
      {...(bare ? { "aria-label": label, size: "xs" } : { label: optional === undefined ? label : `${label} (${optional})`, size: "sm" })}
      {...(title !== undefined && { title })}
      value={value}
      data={options.map((option) => ({ ...option }))}
      disabled={disabled}
      data-testid={testId}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
