import { useLayoutEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { together, usePrivate, type Session } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Chip, Dim, Empty, Loading, tellError, useNow } from "@/ui";

import css from "./together.module.css";

const MAX = 4000;

/** What technicians write among themselves. It is kept by the relay, and never reaches the end user. */
export function PrivateChat({ session, writes }: { session: Session; writes: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { data, error, refetch } = usePrivate(session.id);
  const list = useRef<HTMLDivElement>(null);
  const count = data?.length ?? 0;
  useLayoutEffect(() => {
    list.current?.scrollTo({ top: list.current.scrollHeight });
  }, [count]);
  return (
    <section className={css.private} data-testid="private">
      <h2>{t("together.private.title")}</h2>
      <Chip tone="warn" icon="lock" hint={[t("together.private.hint")]}>{t("together.private.mark")}</Chip>
      {error !== null && data === undefined ? (
        <Empty icon="alert" title={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>
      ) : data === undefined ? <Loading label={t("app.loading")} /> : (
        <div ref={list} className={css.notes} role="log" aria-live="polite" tabIndex={0} aria-label={t("together.private.title")}>
          {data.length === 0 && <p className={css.none}>{t("together.private.empty")}</p>}
          {data.map((message) => (
            <article key={message.number} className={css.note} data-testid="private-message">
              <header><b>{message.by.name}</b><time dateTime={new Date(message.at).toISOString()} title={exactMoment(message.at, i18n.language)}>{moment(message.at, now, i18n.language)}</time></header>
              <p dir="auto">{message.text}</p>
            </article>
          ))}
        </div>
      )}
      {session.state !== "active" ? null : writes ? <Write key={session.id} session={session.id} /> : <Dim>{t("together.private.outside")}</Dim>}
    </section>
  );
}

function Write({ session }: { session: string }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [busy, setBusy] = useState(false);
  // Kept over a failed try: the same message again is the same message.
  const id = useRef(crypto.randomUUID());
  const send = async (): Promise<void> => {
    if (text.trim() === "" || busy) return;
    setBusy(true);
    try {
      await together.sayPrivately(session, id.current, text);
      id.current = crypto.randomUUID();
      setText("");
    } catch (refusal) {
      tellError(errorText(t, refusal));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={css.write} onSubmit={(event) => {
      event.preventDefault();
      void send();
    }}>
      <textarea rows={2} maxLength={MAX} value={text} aria-label={t("together.private.write")} placeholder={t("together.private.write")} title={t("chat.keys")} data-testid="private-text" onChange={(event) => setText(event.currentTarget.value)} onKeyDown={(event) => {
        if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
        event.preventDefault();
        void send();
      }} />
      <Button type="submit" kind="primary" size="xs" busy={busy} testId="private-send">{t("chat.send")}</Button>
    </form>
  );
}
