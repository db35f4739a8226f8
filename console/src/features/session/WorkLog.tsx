import { useState } from "react";
import { useTranslation } from "react-i18next";

import { logAction, useWorkLog, type Action, type ActionKind, type Session } from "@/api";
import { exactMoment, minutesSpent, moment } from "@/i18n/format";
import { useDraft } from "@/shared/drafts";
import { errorText } from "@/shared/errorText";
import { Button, Check, Empty, Loading, Notice, Segments, TextArea, TextField, useNow } from "@/ui";

import css from "./worklog.module.css";

const KINDS: readonly ActionKind[] = ["work", "contact", "no_answer", "not_on_site"];
const MOST_MINUTES = 1440;

/** What was done for the session, and a form to write down more; also when it is over. */
export function WorkLog({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const { data: log, error, refetch } = useWorkLog(session.id);
  const spent = log?.reduce((sum, action) => sum + action.minutes, 0) ?? 0;
  return (
    <section className={css.log} aria-label={t("log.title")}>
      <div className={css.list} tabIndex={0} role="region" aria-label={t("log.entries")}>
        {error !== null && log === undefined ? (
          <Empty icon="alert" title={errorText(t, error)}>
            <Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button>
          </Empty>
        ) : log === undefined ? <Loading label={t("app.loading")} /> : log.length === 0 ? <p className={css.empty}>{t("log.empty")}</p> : (
          <>
            <ol>{log.map((action) => <Entry key={action.id} action={action} />)}</ol>
            <p className={css.spent}>{t("log.spent", { time: minutesSpent(spent, i18n.language) })}</p>
          </>
        )}
      </div>
      {session.state === "expired" ? <p className={css.empty}>{t("log.expired")}</p> : <Write key={session.id} session={session.id} />}
    </section>
  );
}

function Entry({ action }: { action: Action }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  return (
    <li className={css.entry} data-change={action.changed_infrastructure} data-testid="action">
      <header>
        <b>{t(`log.kind.${action.kind}`)}</b>
        {action.minutes > 0 && <span>{minutesSpent(action.minutes, i18n.language)}</span>}
        <time dateTime={new Date(action.at).toISOString()} title={exactMoment(action.at, i18n.language)}>{moment(action.at, now, i18n.language)}</time>
      </header>
      {action.changed_infrastructure && <p className={css.changed}>{t("log.changed")}</p>}
      <p dir="auto">{action.text}</p>
      <footer>{action.by.name}</footer>
    </li>
  );
}

interface Draft {
  /** Kept until it was taken: sent again after a break, it is the same entry. */
  id: string;
  kind: ActionKind;
  text: string;
  minutes: string;
  changed: boolean;
}
const newDraft = (): Draft => ({ id: crypto.randomUUID(), kind: "work", text: "", minutes: "", changed: false });

function Write({ session }: { session: string }) {
  const { t } = useTranslation();
  const [draft, setDraft] = useDraft<Draft>(`log ${session}`, newDraft);
  const { kind, text, minutes, changed, id } = draft;
  const set = (more: Partial<Draft>): void => setDraft({ ...draft, ...more });
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const spent = minutes === "" ? 0 : Number(minutes);
  const wrong = !Number.isInteger(spent) || spent < 0 || spent > MOST_MINUTES;

  const log = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      await logAction(session, { id, kind, minutes: spent, changed_infrastructure: changed, text: text.trim() });
      setDraft(newDraft());
    } catch (failed) {
      setError(errorText(t, failed));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={css.write} onSubmit={(event) => {
      event.preventDefault();
      if (text.trim() !== "" && !wrong) void log();
    }}>
      <Segments wide label={t("log.what")} value={kind} onChange={(next) => set({ kind: next })} options={KINDS.map((each) => ({ value: each, label: t(`log.kind.${each}`) }))} />
      <TextArea label={t("log.text")} value={text} onChange={(next) => set({ text: next })} rows={3} maxLength={4000} testId="log-text" />
      {error !== null && <Notice tone="bad" icon="alert">{error}</Notice>}
      <div className={css.more}>
        <div className={css.minutes}><TextField label={t("log.minutes")} value={minutes} onChange={(next) => set({ minutes: next })} inputMode="numeric" maxLength={4} testId="log-minutes" {...(wrong && { error: t("log.wrongMinutes", { most: MOST_MINUTES }) })} /></div>
        <div className={css.check}><Check label={t("log.changes")} checked={changed} onChange={(next) => set({ changed: next })} testId="log-changed" /></div>
        <div className={css.save}><Button kind="primary" type="submit" busy={busy} testId="log-save" disabled={text.trim() === "" || wrong}>{t("log.save")}</Button></div>
      </div>
    </form>
  );
}
