/** Canned replies in the line to write in: `/` opens the list, and what is chosen stands there to be read before it is sent. */

import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { useDesk, useSetup, useTechnician, type Reply, type Session } from "@/api";
import { fill, matching, repliesIn, sought } from "@/shared/replies";

import css from "./chat.module.css";

/** Those that fit what is typed; none where no list is wanted. */
export function useReplies(session: Session, text: string): { found: readonly Reply[]; filled: (reply: Reply) => string } {
  const setup = useSetup().data;
  const desk = useDesk().data;
  const me = useTechnician();
  const words = sought(text);
  const found = words === null ? [] : matching(repliesIn(setup?.replies ?? [], session.channel), words);
  const values = { person: session.person ?? "", technician: me?.name ?? "", session: String(session.number), desk: desk?.name ?? "" };
  return { found, filled: (reply) => fill(reply.setup.text, values) };
}

export function ReplyList({ id, found, on, fill: filled, onChoose }: { id: string; found: readonly Reply[]; on: number; fill: (reply: Reply) => string; onChoose: (index: number) => void }) {
  const { t } = useTranslation();
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [on, found.length]);
  const shown = found[on];
  if (shown === undefined) return null;
  return (
    <div className={css.replies}>
      <div ref={list} id={id} role="listbox" aria-label={t("chat.reply.list")} className={css.replyList}>
        {found.map((reply, index) => (
          <div key={reply.id} id={`${id}-${index}`} role="option" aria-selected={index === on} className={css.reply} onMouseDown={(event) => {
            // The line to write in keeps the keyboard.
            event.preventDefault();
            onChoose(index);
          }}>
            <b>/{reply.setup.shortcut}</b>
            <span>{reply.setup.title ?? reply.setup.text}</span>
          </div>
        ))}
      </div>
      <div className={css.replyPreview} data-testid="reply-preview"><p dir="auto">{filled(shown)}</p><small>{t("chat.reply.keys")}</small></div>
    </div>
  );
}
