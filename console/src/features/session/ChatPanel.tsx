import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { onAccountChange, upTo, useChat, useSeen, type ChatMessage, type Outgoing, type Session } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { isOver } from "@/shared/over";
import { sessionName } from "@/shared/sessionName";
import { Button, Empty, Icon, Loading, useNow } from "@/ui";

import css from "./chat.module.css";

const MAX = 4000;

/** What was begun and not sent, by session: it outlives the page. */
const drafts = new Map<string, string>();
// It is its writer's: whoever signs in next finds nothing of it.
onAccountChange(() => drafts.clear());

/** Is this page before somebody's eyes? */
function useVisible(): boolean {
  const [visible, setVisible] = useState(document.visibilityState === "visible");
  useEffect(() => {
    const changed = (): void => setVisible(document.visibilityState === "visible");
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, []);
  return visible;
}

export function ChatPanel({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const chat = useChat(session);
  const visible = useVisible();
  const mine = session.owner?.id === me;
  useSeen(session, visible && mine, upTo(chat.messages ?? []));
  const list = useRef<HTMLDivElement>(null);
  const count = (chat.messages?.length ?? 0) + chat.outgoing.length;
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  const over = isOver(session);
  const theirs = session.owner != null && !mine && session.state === "active";
  return (
    <section className={css.chat} aria-label={t("chat.title")}>
      <div ref={list} className={css.list} role="log" aria-live="polite" tabIndex={0} aria-label={t("chat.messages")}>
        {chat.error !== null && chat.messages === null ? (
          <Empty icon="alert" title={errorText(t, chat.error)}>
            <Button kind="primary" onClick={chat.refetch}>{t("app.retry")}</Button>
          </Empty>
        ) : chat.messages === null ? (
          <Loading label={t("app.loading")} />
        ) : (
          <>
            {count === 0 && <p className={css.empty}>{over ? t("chat.none") : t("chat.empty")}</p>}
            {chat.messages.map((message) => <Kept key={message.number} message={message} session={session} />)}
            {chat.outgoing.map((out) => <OnItsWay key={out.id} out={out} onAgain={() => chat.again(out.id)} />)}
          </>
        )}
      </div>
      {over ? (
        <p className={css.note}>{t("chat.over")}</p>
      ) : theirs ? (
        <p className={css.note}>{t("chat.theirs", { owner: session.owner?.name })}</p>
      ) : (
        <Write key={session.id} session={session} onSend={chat.send} />
      )}
    </section>
  );
}

function Kept({ message, session }: { message: ChatMessage; session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { end_user_got: got, end_user_saw: saw } = session.chat;
  const fromDesk = message.technician != null;
  const mark = message.number <= saw ? "seen" : message.number <= got ? "delivered" : "sent";
  return (
    <article className={css.message} data-from={fromDesk ? "desk" : "person"} data-testid="message">
      <header>
        <b>{message.technician?.name ?? sessionName(t, session)}</b>
        <time dateTime={new Date(message.at).toISOString()} title={exactMoment(message.at, i18n.language)}>{moment(message.at, now, i18n.language)}</time>
      </header>
      <p dir="auto">{message.text}</p>
      {fromDesk && <footer data-mark={mark}>{mark === "seen" && <Icon name="check" size={13} />}{t(`chat.mark.${mark}`)}</footer>}
    </article>
  );
}

function OnItsWay({ out, onAgain }: { out: Outgoing; onAgain: () => void }) {
  const { t } = useTranslation();
  return (
    <article className={css.message} data-from="desk" data-testid="message">
      <p dir="auto">{out.text}</p>
      {out.error === null ? <footer>{t("chat.mark.sending")}</footer> : (
        <footer data-mark="failed">
          <span>{t("chat.failed", { why: errorText(t, out.error) })}</span>
          <Button size="xs" kind="quiet" onClick={onAgain}>{t("app.retry")}</Button>
        </footer>
      )}
    </article>
  );
}

function Write({ session, onSend }: { session: Session; onSend: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(drafts.get(session.id) ?? "");
  const change = (now: string): void => {
    setText(now);
    drafts.set(session.id, now);
  };
  const send = (): void => {
    if (text.trim() === "") return;
    onSend(text);
    change("");
  };
  return (
    <form className={css.write} onSubmit={(event) => {
      event.preventDefault();
      send();
    }}>
      <textarea
        rows={2}
        maxLength={MAX}
        value={text}
        aria-label={t("chat.write")}
        placeholder={t("chat.write")}
        title={t("chat.keys")}
        data-testid="chat-text"
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <Button type="submit" kind="primary" size="xs" testId="chat-send">{t("chat.send")}</Button>
    </form>
  );
}
