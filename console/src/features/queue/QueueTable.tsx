import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import { duration, exactMoment, moment } from "@/i18n/format";
import { sessionName } from "@/shared/sessionName";
import { StateChip } from "@/shared/StateChip";
import { unreadIn } from "@/shared/unread";
import { Button, Icon, useNow } from "@/ui";

import css from "./queue.module.css";
import { COLUMNS, mayAssign, waitingSince, type Column, type Sort } from "./rows";

const WIDTH: Partial<Record<Column, string | undefined>> = { number: css.num, received: css.rec, person: css.per, company: css.com, state: css.sta, owner: css.own, waiting: css.wai };
/** Newest and longest first; names from A. */
const FIRST_DESCENDING = new Set<Column>(["number", "received", "waiting"]);

/** Left out where the window is narrow. */
const WIDE = new Set<Column>(["received", "company", "subject", "owner"]);

interface Props {
  rows: readonly Session[];
  sort: Sort;
  onSort: (sort: Sort) => void;
  me: string;
  selected: string | null;
  claiming: string | null;
  onOpen: (session: Session) => void;
  onAssign: (session: Session) => Promise<void>;
}

export function QueueTable({ rows, sort, onSort, me, selected, claiming, onOpen, onAssign }: Props) {
  const { t } = useTranslation();
  const toggle = (column: Column): void => onSort({ column, descending: sort.column === column ? !sort.descending : FIRST_DESCENDING.has(column) });
  return (
    <table className={css.table} aria-label={t("queue.title")}>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={[WIDTH[column], column === "waiting" && css.right, WIDE.has(column) && css.wide, column === "company" && css.roomy].filter(Boolean).join(" ")} aria-sort={sort.column !== column ? "none" : sort.descending ? "descending" : "ascending"}>
              <button type="button" title={t("queue.sortBy", { column: t(`queue.column.${column}`) })} onClick={() => toggle(column)}>
                {t(`queue.column.${column}`)}
                {sort.column === column && <Icon name={sort.descending ? "down" : "up"} size={14} />}
              </button>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((session) => (
          <Row key={session.id} session={session} me={me} selected={selected === session.id} claiming={claiming === session.id} onOpen={onOpen} onAssign={onAssign} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps extends Pick<Props, "me" | "onOpen" | "onAssign"> {
  session: Session;
  selected: boolean;
  claiming: boolean;
}

/** Drawn again only when something of it changed: the clock ticks in cells of its own. */
const Row = memo(function Row({ session, me, selected, claiming, onOpen, onAssign }: RowProps) {
  const { t, i18n } = useTranslation();
  const since = waitingSince(session);
  const name = sessionName(t, session);
  const assignable = mayAssign(session);
  const unread = unreadIn(session);
  return (
    <tr data-row={session.id} data-testid={`row-${session.number}`} aria-selected={selected} onClick={() => onOpen(session)}>
      <td>
        <Link to="/sessions/$id" params={{ id: session.id }} aria-label={t("queue.open", { number: session.number })} onClick={(event) => event.stopPropagation()}>
          #{session.number}
        </Link>
      </td>
      <td className={`${css.dim ?? ""} ${css.wide ?? ""}`} title={exactMoment(session.created_at, i18n.language)}><Received at={session.created_at} /></td>
      <td className={session.person == null ? css.dim : css.strong} title={name}>
        <div className={css.person}>
          <span>{name}</span>
          {unread > 0 && <span className={css.unread} title={t("chat.unread", { count: unread })}><Icon name="chat" size={13} /><span aria-hidden="true">{unread}</span><span className={css.spoken}>{t("chat.unread", { count: unread })}</span></span>}
        </div>
      </td>
      <td className={`${css.wide ?? ""} ${css.roomy ?? ""}`} title={session.company ?? undefined}>{session.company}</td>
      <td className={css.wide} title={session.subject ?? undefined}>{session.subject}</td>
      <td><StateChip session={session} /></td>
      <td className={css.wide} onClick={assignable ? (event) => event.stopPropagation() : undefined}>
        {assignable ? (
          <Button size="xs" kind="quiet" busy={claiming} title={`${t("queue.assign")} (A)`} testId={`assign-${session.number}`} onClick={() => void onAssign(session)}>{t("queue.assign")}</Button>
        ) : session.owner == null ? (
          <span className={css.dim}>{t("queue.unassigned")}</span>
        ) : session.owner.id === me ? (
          <span className={css.strong}>{t("queue.you")}</span>
        ) : (
          session.owner.name
        )}
      </td>
      <td className={css.right}>{since !== null && <Waiting since={since} />}</td>
    </tr>
  );
});

function Received({ at }: { at: number }) {
  const { i18n } = useTranslation();
  return moment(at, useNow(), i18n.language);
}

const Waiting = ({ since }: { since: number }) => duration(useNow() - since, useTranslation().i18n.language);
