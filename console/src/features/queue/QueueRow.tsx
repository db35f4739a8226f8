import { Link } from "@tanstack/react-router";
import { memo } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import { day, duration, exactMoment } from "@/i18n/format";
import { PriorityMark } from "@/shared/PriorityMark";
import { sessionName } from "@/shared/sessionName";
import { StateChip } from "@/shared/StateChip";
import { unreadIn } from "@/shared/unread";
import { pressing, toneOf, wordsOf } from "@/shared/urgency";
import { Button, Icon, useNow } from "@/ui";

import css from "./queue.module.css";
import { mayAssign, waitingSince } from "./rows";

interface Props {
  session: Session;
  /** The channel's name, where there are several. */
  channel: string | null;
  me: string;
  selected: boolean;
  claiming: boolean;
  onOpen: (session: Session) => void;
  onAssign: (session: Session) => Promise<void>;
}

/** Drawn again only when something of it changed: the clock ticks in cells of its own. */
export const QueueRow = memo(function QueueRow({ session, channel, me, selected, claiming, onOpen, onAssign }: Props) {
  const { t, i18n } = useTranslation();
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
      <td className={`${css.dim ?? ""} ${css.wide ?? ""} ${css.roomy ?? ""}`} title={exactMoment(session.created_at, i18n.language)}><Received at={session.created_at} /></td>
      <td className={session.person == null ? css.dim : css.strong} title={name}>
        <div className={css.person}>
          <span>{name}</span>
          {unread > 0 && <span className={css.unread} title={t("chat.unread", { count: unread })}><Icon name="chat" size={13} /><span aria-hidden="true">{unread}</span><span className={css.spoken}>{t("chat.unread", { count: unread })}</span></span>}
        </div>
      </td>
      <td className={`${css.wide ?? ""} ${css.roomy ?? ""}`} title={session.company ?? undefined}>{session.company}</td>
      <td className={css.wide} title={session.subject ?? undefined}>
        {session.changed_infrastructure && <span className={css.changed} title={t("log.changed")} data-testid={`changed-${session.number}`}><Icon name="wrench" size={14} /><span className={css.spoken}>{t("log.changed")}</span></span>}
        {session.subject}
      </td>
      {channel !== null && <td className={css.wide} title={channel}>{channel}</td>}
      <td className={css.wide}><PriorityMark priority={session.priority} /></td>
      <td><StateChip session={session} /></td>
      <td className={css.wide} title={session.owner?.name} onClick={assignable ? (event) => event.stopPropagation() : undefined}>
        {assignable ? (
          <Button size="xs" kind="quiet" busy={claiming} title={`${t("queue.assign")} (A)`} testId={`assign-${session.number}`} onClick={() => void onAssign(session)}>{t("queue.assign")}</Button>
        ) : session.owner == null ? (
          // Of what is over, nobody waits for an owner.
          session.detail != null && <span className={css.dim}>{t("queue.unassigned")}</span>
        ) : session.owner.id === me ? (
          <span className={css.strong}>{t("queue.you")}</span>
        ) : (
          session.owner.name
        )}
      </td>
      <td className={css.right}><Waiting session={session} /></td>
    </tr>
  );
});

function Received({ at }: { at: number }) {
  const { i18n } = useTranslation();
  return day(at, useNow(), i18n.language);
}

/** How long somebody waits; in the colour, and with the words, of what presses. Of who is helped, only that. */
function Waiting({ session }: { session: Session }) {
  const since = waitingSince(session);
  const alarmed = session.times?.reaction.level != null || session.times?.resolution.level != null;
  return since === null && !alarmed ? null : <Clock since={since} session={session} />;
}

function Clock({ since, session }: { since: number | null; session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const waits = since === null ? null : duration(now - since, i18n.language);
  const it = pressing(session, now);
  if (it === null || (since === null && session.state !== "active")) return waits;
  const words = wordsOf(t, it, now, i18n.language);
  // Who is helped waits no more: what is told is how much time is left, or over.
  const shown = waits ?? (it.what === "expires" ? null : duration(Math.abs(now - it.due), i18n.language));
  return <span className={css.late} data-tone={toneOf(it)} title={words} data-testid={it.what === "expires" ? "expires-soon" : `${it.what}-${it.clock}`}><Icon name={it.what === "soon" ? "clock" : "alert"} size={13} /><span aria-hidden={waits === null}>{shown}</span><span className={css.spoken}>{words}</span></span>;
}
