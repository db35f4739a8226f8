import { useEffect, useLayoutEffect, useId, useRef, useState, type ClipboardEvent, type DragEvent } from "react";
import { useTranslation } from "react-i18next";

import { desk, endingsOf, may, onTechnicianChange, saveBlob, upTo, useChat, useComings, useFiles, useSeen, useSetup, type ChatMessage, type Coming, type Files, type Outgoing, type Session } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { isOver } from "@/shared/over";
import { sessionName } from "@/shared/sessionName";
import { Button, Empty, Icon, IconButton, Loading, tellError, useNow } from "@/ui";

import { ChatFile, FileOnItsWay } from "./ChatFile";
import css from "./chat.module.css";
import { ReplyList, useReplies } from "./Replies";

const MAX = 4000;

/** What was begun and not sent, by session: it outlives the page. */
const drafts = new Map<string, string>();
// It is its writer's: whoever signs in next finds nothing of it.
onTechnicianChange(() => drafts.clear());

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
  const { t, i18n } = useTranslation();
  const chat = useChat(session);
  const visible = useVisible();
  const mine = session.owner?.id === me;
  useSeen(session, visible && mine, upTo(chat.messages ?? []));
  const setup = useSetup().data;
  const rules = setup?.desk.setup.files;
  const files = useFiles(session, chat.messages, rules);
  const list = useRef<HTMLDivElement>(null);
  const count = (chat.messages?.length ?? 0) + chat.outgoing.length + files.outgoing.length;
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  const now = useNow();
  // What is written now is read when the person comes back.
  const late = isOver(session) && (session.reopen_until ?? 0) > now;
  const over = isOver(session) && !late;
  const theirs = session.owner != null && !mine && session.state === "active";
  const exported = async (): Promise<void> => {
    try {
      saveBlob(await desk.transcript(session.id, i18n.language), `session-${session.number}.txt`);
    } catch (cause) {
      tellError(errorText(t, cause));
    }
  };
  const gives = !over && !theirs && may(setup, "attachment_add", session.channel) && (rules?.kinds?.length ?? 0) > 0;
  const comings = useComings(session);
  const drop = useDrop(gives, files.add);
  return (
    <section className={css.chat} aria-label={t("chat.title")} {...drop.on} data-dropping={drop.over || undefined}>
      {drop.over && <p className={css.drop} aria-hidden="true"><Icon name="up" />{t("chat.file.drop")}</p>}
      {may(setup, "report_export", session.channel) && count > 0 && <div className={css.tools}><IconButton small icon="download" label={t("chat.export")} onClick={() => void exported()} testId="chat-export" /></div>}
      <div ref={list} className={css.list} role="log" aria-live="polite" tabIndex={0} aria-label={t("chat.messages")}>
        {chat.error !== null && chat.messages === null ? (
          <Empty icon="alert" title={errorText(t, chat.error)}>
            <Button kind="primary" onClick={chat.refetch}>{t("app.retry")}</Button>
          </Empty>
        ) : chat.messages === null ? (
          <Loading label={t("app.loading")} />
        ) : (
          <>
            {count + comings.length === 0 && <p className={css.empty}>{over ? t("chat.none") : t("chat.empty")}</p>}
            {withComings(chat.messages, comings).map((line) => ("number" in line ? <Kept key={line.number} message={line} session={session} /> : <Came key={`${line.at}-${line.came}`} coming={line} />))}
            {chat.outgoing.map((out) => <OnItsWay key={out.id} out={out} onAgain={() => chat.again(out.id)} />)}
            {files.outgoing.map((out) => <FileOnItsWay key={out.id} out={out} onAgain={() => files.again(out.id)} onGiveUp={() => files.giveUp(out.id)} />)}
          </>
        )}
      </div>
      {over ? (
        <p className={css.note}>{t("chat.over")}</p>
      ) : theirs ? (
        <p className={css.note}>{t("chat.theirs", { owner: session.owner?.name })}</p>
      ) : (
        <>
          {late && <p className={css.note}>{t("chat.late", { time: moment(session.reopen_until ?? 0, now, i18n.language) })}</p>}
          <Write key={session.id} session={session} onSend={chat.send} files={gives ? files : null} endings={endingsOf(rules?.kinds ?? [])} />
        </>
      )}
    </section>
  );
}

/** By time; a message keeps its place among messages. */
export function withComings(messages: readonly ChatMessage[], comings: readonly Coming[]): (ChatMessage | Coming)[] {
  const all: (ChatMessage | Coming)[] = [...messages];
  for (const coming of comings) all.splice(all.findLastIndex((line) => line.at <= coming.at) + 1, 0, coming);
  return all;
}

function Came({ coming: { at, technician, came } }: { coming: Coming }) {
  const { t, i18n } = useTranslation();
  return <p className={css.came} title={exactMoment(at, i18n.language)} data-testid="coming">{t(came ? "chat.came" : "chat.left", { name: technician.name })}</p>;
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
      {message.removed_at != null ? (
        <p className={css.removed}>{t(message.file == null ? "chat.removed" : "chat.file.removed", { time: moment(message.removed_at, now, i18n.language), name: message.file?.name })}</p>
      ) : message.file != null ? (
        <ChatFile session={session.id} file={message.file} />
      ) : (
        <p dir="auto">{message.text}</p>
      )}
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

/** Files that are dragged over it are welcome. */
function useDrop(wanted: boolean, add: (files: File[]) => void) {
  const [over, setOver] = useState(false);
  const depth = useRef(0);
  const carries = (event: DragEvent): boolean => wanted && event.dataTransfer.types.includes("Files");
  const enter = (by: number): void => {
    depth.current = Math.max(0, depth.current + by);
    setOver(depth.current > 0);
  };
  const on = {
    onDragEnter: (event: DragEvent): void => {
      if (carries(event)) enter(1);
    },
    onDragLeave: (event: DragEvent): void => {
      if (carries(event)) enter(-1);
    },
    onDragOver: (event: DragEvent): void => {
      if (carries(event)) event.preventDefault();
    },
    onDrop: (event: DragEvent): void => {
      if (!carries(event)) return;
      event.preventDefault();
      enter(-depth.current);
      add(Array.from(event.dataTransfer.files));
    },
  };
  return { over: wanted && over, on };
}

function Write({ session, onSend, files, endings }: { session: Session; onSend: (text: string) => void; files: Files | null; endings: readonly string[] }) {
  const { t } = useTranslation();
  const [text, setText] = useState(drafts.get(session.id) ?? "");
  const listId = useId();
  const { found, filled } = useReplies(session, text);
  // Escape puts the list away until something else is typed.
  const [away, setAway] = useState<string | null>(null);
  const [on, setOn] = useState(0);
  const replies = away === text ? [] : found;
  const at = Math.min(on, Math.max(0, replies.length - 1));
  const choose = (index: number): void => {
    const reply = replies[index];
    if (reply !== undefined) change(filled(reply));
    setOn(0);
  };
  const keys = (key: string): boolean => {
    if (key === "ArrowDown") setOn((at + 1) % replies.length);
    else if (key === "ArrowUp") setOn((at + replies.length - 1) % replies.length);
    else if (key === "Enter" || key === "Tab") choose(at);
    else if (key === "Escape") setAway(text);
    else return false;
    return true;
  };
  const chooser = useRef<HTMLInputElement>(null);
  const paste = (event: ClipboardEvent): void => {
    const pasted = Array.from(event.clipboardData.files);
    if (files === null || pasted.length === 0) return;
    event.preventDefault();
    files.add(pasted);
  };
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
      <ReplyList id={listId} found={replies} on={at} fill={filled} onChoose={choose} />
      <textarea
        rows={2}
        maxLength={MAX}
        value={text}
        aria-label={t("chat.write")}
        placeholder={t("chat.write")}
        title={t("chat.keys")}
        data-testid="chat-text"
        onPaste={paste}
        onChange={(event) => change(event.currentTarget.value)}
        {...(replies.length > 0 && { "aria-controls": listId, "aria-activedescendant": `${listId}-${at}`, "aria-autocomplete": "list" as const })}
        onKeyDown={(event) => {
          if (replies.length > 0 && !event.nativeEvent.isComposing && keys(event.key)) {
            event.preventDefault();
            event.stopPropagation();
            return;
          }
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      {files !== null && (
        <>
          <input
            ref={chooser}
            type="file"
            multiple
            hidden
            accept={endings.map((ending) => `.${ending}`).join(",")}
            data-testid="chat-files"
            onChange={(event) => {
              files.add(Array.from(event.currentTarget.files ?? []));
              event.currentTarget.value = "";
            }}
          />
          <IconButton icon="clip" label={t("chat.file.give")} onClick={() => chooser.current?.click()} testId="chat-attach" />
        </>
      )}
      <Button type="submit" kind="primary" size="xs" testId="chat-send">{t("chat.send")}</Button>
    </form>
  );
}
