import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import { Button, DateField, Dialog, Dim, Form, Radios, Row, TextField, TimeField, TwoColumns, useNow } from "@/ui";

import { CHOICES, dayOf, until, type Choice } from "./until";

const DAY_MS = 86_400_000;

/** Why it waits, and until when. */
export function HoldDialog({ session, busy, onClose, onSubmit }: { session: Session; busy: boolean; onClose: () => void; onSubmit: (why: string, until: number | null) => void }) {
  const { t } = useTranslation();
  const [why, setWhy] = useState(session.hold?.why ?? "");
  const [choice, setChoice] = useState<Choice>("hour");
  const [day, setDay] = useState(() => dayOf(Date.now() + DAY_MS));
  const [time, setTime] = useState("09:00");
  const [shown, setShown] = useState(false);
  const wrong = until(choice, useNow(), day, time) === undefined;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setShown(true);
    const at = until(choice, Date.now(), day, time);
    if (why.trim() !== "" && at !== undefined) onSubmit(why.trim(), at);
  };
  return (
    <Dialog title={t("life.holdDialog.title", { number: session.number })} opened onClose={onClose} closeLabel={t("app.close")}>
      <Form onSubmit={submit}>
        <Dim>{t("life.holdDialog.text")}</Dim>
        <TextField label={t("life.holdDialog.why")} value={why} onChange={setWhy} required autoFocus autoComplete="off" maxLength={200} testId="hold-why" error={shown && why.trim() === "" ? t("life.holdDialog.whyRequired") : undefined} />
        <Radios label={t("life.holdDialog.until")} value={choice} onChange={(chosen) => setChoice(CHOICES.find((each) => each === chosen) ?? "hand")} options={CHOICES.map((value) => ({ value, label: t(`life.holdDialog.when.${value}`) }))} />
        {choice === "at" && (
          <TwoColumns>
            <DateField label={t("life.holdDialog.day")} value={day} onChange={setDay} testId="hold-day" error={shown && wrong ? t("life.holdDialog.wrongTime") : undefined} />
            <TimeField label={t("life.holdDialog.time")} value={time} onChange={setTime} testId="hold-time" />
          </TwoColumns>
        )}
        <Row>
          <Button type="submit" kind="primary" busy={busy} testId="hold-confirm">{t("life.holdDialog.submit")}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}
