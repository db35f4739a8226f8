import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Outcome, Session } from "@/api";
import { Button, Dialog, Dim, Form, Row, Segments, TextArea } from "@/ui";

import css from "./session.module.css";

const OUTCOMES = ["solved", "not_solved", "no_contact"] as const;

export function EndDialog({ session, opened, busy, onClose, onSubmit }: { session: Session; opened: boolean; busy: boolean; onClose: () => void; onSubmit: (outcome: Outcome, note: string) => Promise<void> }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Outcome | null>(null);
  // The dialog is made with the page, which may be there before anybody was helped.
  const outcome = chosen ?? (session.started_at == null ? "no_contact" : "solved");
  const [note, setNote] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    void onSubmit(outcome, note.trim());
  };
  return (
    <Dialog title={t("endDialog.title", { number: session.number })} opened={opened} onClose={onClose} closeLabel={t("app.close")}>
      <Form onSubmit={submit}>
        <Dim>{t("endDialog.text")}</Dim>
        <div className={css.field}>
          <span aria-hidden="true">{t("endDialog.outcome")}</span>
          <Segments wide label={t("endDialog.outcome")} value={outcome} onChange={setChosen} options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
        </div>
        <TextArea label={t("endDialog.note")} optional={t("endDialog.noteHint")} value={note} onChange={setNote} maxLength={2000} testId="note" />
        <Row>
          <Button type="submit" kind="danger" busy={busy} testId="confirm-end">{t("endDialog.submit")}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}
