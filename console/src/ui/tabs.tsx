/** Tabs over a panel, after the ARIA pattern: one stop for the Tab key, arrows go from one to the next. */

import { useRef, type KeyboardEvent, type ReactNode } from "react";

import { WithShortcut } from "./controls";
import { Icon, type IconName } from "./icons";
import { ariaKeys, useShortcuts, type Shortcut } from "./shortcuts";
import css from "./tabs.module.css";

export interface TabEntry<T extends string> {
  value: T;
  label: string;
  icon: IconName;
  /** Shown beside the name when it is not 0. */
  count?: number;
  /** The name with what the count says. */
  counted?: string;
  /** The count asks for attention. */
  urgent?: boolean;
  testId?: string;
}

interface TabsProps<T extends string> {
  /** Unique on the page. */
  id: string;
  label: string;
  tabs: readonly TabEntry<T>[];
  chosen: T;
  onChoose: (tab: T) => void;
  /** Its keys are digits: the n-th tab. */
  shortcut?: Shortcut;
  /** There is room for one name, that of the open tab. */
  compact?: boolean;
  children: ReactNode;
}

export function Tabs<T extends string>({ id, label, tabs, chosen, onChoose, shortcut, compact = false, children }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const at = tabs.findIndex(({ value }) => value === chosen);
  useShortcuts(shortcut === undefined ? {} : { [shortcut]: (key: string) => {
    const tab = tabs[Number(key) - 1];
    if (tab !== undefined) onChoose(tab.value);
  } });
  const go = (event: KeyboardEvent): void => {
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    const tab = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (tab === undefined) return;
    event.preventDefault();
    onChoose(tab.value);
    list.current?.querySelector<HTMLElement>(`#${id}-${tab.value}`)?.focus();
  };
  return (
    <div className={css.tabs} data-compact={compact}>
      <div ref={list} className={css.list} role="tablist" aria-label={label} onKeyDown={go} {...(shortcut !== undefined && { "aria-keyshortcuts": ariaKeys(shortcut) })}>
        {tabs.map((tab) => {
          const count = tab.count ?? 0;
          const name = count > 0 ? (tab.counted ?? tab.label) : tab.label;
          const selected = tab.value === chosen;
          return (
            <WithShortcut key={tab.value} label={name} quiet={!compact || selected}>
              <button type="button" role="tab" id={`${id}-${tab.value}`} className={css.tab} aria-selected={selected} aria-controls={`${id}-panel`} aria-label={name} tabIndex={selected ? 0 : -1} data-testid={tab.testId} onClick={() => onChoose(tab.value)}>
                <Icon name={tab.icon} size={16} />
                <span className={css.name}>{tab.label}</span>
                {count > 0 && <span className={css.count} data-urgent={tab.urgent === true}>{count > 99 ? "99+" : count}</span>}
              </button>
            </WithShortcut>
          );
        })}
      </div>
      <div className={css.panel} role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`} data-tab={chosen}>{children}</div>
    </div>
  );
}
