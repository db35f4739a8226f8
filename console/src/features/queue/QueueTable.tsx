import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { channelName, type Session, type Setup } from "@/api";
import { Icon, useLatest, useMedia } from "@/ui";

import css from "./queue.module.css";
import { QueueRow } from "./QueueRow";
import { COLUMNS, type Column, type Sort } from "./rows";
import type { Density } from "./view";

const WIDTH: Partial<Record<Column, string | undefined>> = { number: css.num, received: css.rec, person: css.per, company: css.com, channel: css.cha, priority: css.pri, state: css.sta, owner: css.own, waiting: css.wai };
/** Newest, longest and most urgent first; names from A. */
const FIRST_DESCENDING = new Set<Column>(["number", "received", "waiting", "priority"]);
/** Left out where the window is narrow. */
export const WIDE = new Set<Column>(["received", "company", "subject", "channel", "priority", "owner"]);
/** …and where it is not wide. */
const ROOMY = new Set<Column>(["company", "received"]);

/** Pixels, as `queue.module.css` has them. */
const HEAD = 35;
const HEIGHT: Record<Density | "touch", number> = { comfortable: 36, compact: 28, touch: 44 };
/** Rows beyond the edges, so that nothing is blank while scrolling. */
const OVERSCAN = 10;

interface Props {
  rows: readonly Session[];
  sort: Sort;
  /** Null: as is usual in this view. */
  onSort: (sort: Sort | null) => void;
  me: string;
  setup: Setup | undefined;
  /** Is there more than one channel? */
  several: boolean;
  density: Density;
  selected: string | null;
  claiming: string | null;
  onOpen: (session: Session) => void;
  onAssign: (session: Session) => Promise<void>;
  /** Below the last row. */
  children?: ReactNode;
}

/** Only rows that can be seen are on the page, however many there are. */
export function QueueTable({ rows, sort, onSort, me, setup, several, density, selected, claiming, onOpen, onAssign, children }: Props) {
  const { t } = useTranslation();
  const scroll = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const touch = useMedia("(max-width: 700px)");
  const height = HEIGHT[touch ? "touch" : density];
  // eslint-disable-next-line react-hooks/incompatible-library -- nothing here is remembered by what it returns
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: OVERSCAN,
    scrollMargin: HEAD,
    scrollPaddingStart: HEAD,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const before = first * height;
  const after = Math.max(0, rows.length * height - before - items.length * height);

  useEffect(() => virtual.measure(), [virtual, height]);
  const latest = useLatest(rows);
  useEffect(() => {
    const index = latest.current.findIndex(({ id }) => id === selected);
    if (index >= 0) virtual.scrollToIndex(index, { align: "auto" });
  }, [virtual, latest, selected]);
  // Places are no part of a row: one that only moves is not drawn again.
  useLayoutEffect(() => {
    body.current?.querySelectorAll("[data-row]").forEach((row, index) => {
      const place = String(first + index + 2);
      if (row.getAttribute("aria-rowindex") !== place) row.setAttribute("aria-rowindex", place);
    });
  });

  const columns = COLUMNS.filter((column) => column !== "channel" || several);
  const toggle = (column: Column): void => {
    const descends = FIRST_DESCENDING.has(column);
    if (sort.column !== column) onSort({ column, descending: descends });
    // The third click is back where it was.
    else onSort(sort.descending === descends ? { column, descending: !descends } : null);
  };
  return (
    <div className={css.scroll} ref={scroll} data-testid="queue-scroll">
      <table className={css.table} aria-label={t("queue.title")} aria-rowcount={rows.length + 1} data-density={density} data-channels={several}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <th key={column} scope="col" className={[WIDTH[column], column === "waiting" && css.right, WIDE.has(column) && css.wide, ROOMY.has(column) && css.roomy].filter(Boolean).join(" ")} aria-sort={sort.column !== column ? "none" : sort.descending ? "descending" : "ascending"}>
                <button type="button" data-testid={`sort-${column}`} title={t("queue.sortBy", { column: t(`queue.column.${column}`) })} onClick={() => toggle(column)}>
                  <span>{t(`queue.column.${column}`)}</span>
                  {sort.column === column && <Icon name={sort.descending ? "down" : "up"} size={14} />}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          {before > 0 && <Gap height={before} />}
          {items.map(({ index }) => {
            const session = rows[index];
            return session === undefined ? null : (
              <QueueRow key={session.id} session={session} channel={several ? channelName(setup, session.channel) : null} me={me} selected={selected === session.id} claiming={claiming === session.id} onOpen={onOpen} onAssign={onAssign} />
            );
          })}
          {after > 0 && <Gap height={after} />}
        </tbody>
      </table>
      {children}
    </div>
  );
}

/** As high as the rows that are left out. */
const Gap = ({ height }: { height: number }) => <tr aria-hidden="true" className={css.gap} style={{ height }}><td /></tr>;
