import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { useEquipment, useSetup, type CloseSession, type Outcome, type Piece, type Session } from "@/api";
import { Button, Choice, Dialog, Dim, Form, Row, Segments, TextArea, TextField } from "@/ui";

import css from "./session.module.css";

const OUTCOMES = ["solved", "not_solved", "no_contact"] as const;

type How = Omit<CloseSession, "version">;

/** How it went: what was done, why not, and what became of each piece of equipment. What is typed stays until it is done. */
export function EndDialog({ session, opened, busy, onClose, onSubmit }: { session: Session; opened: boolean; busy: boolean; onClose: () => void; onSubmit: (how: How) => Promise<void> }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Outcome | null>(null);
  // The dialog is made with the page, which may be there before anybody was helped.
  const outcome = chosen ?? (session.started_at == null ? "no_contact" : "solved");
  // What was written when it was closed before is a beginning.
  const [note, setNote] = useState(session.note ?? "");
  const [reason, setReason] = useState("");
  const [pieces, setPieces] = useState<Record<string, { outcome: Outcome; reason: string } | undefined>>({});
  const [shown, setShown] = useState(false);
  const { data: equipment } = useEquipment(session.id);
  const { data: setup } = useSetup();
  const asks = outcome === "solved" && (setup?.channels.find(({ id }) => id === session.channel)?.setup.closing?.confirm ?? false);
  const unexplained = Object.entries(pieces).some(([id, piece]) => piece?.outcome === "not_solved" && piece.reason.trim() === "" && equipment?.some((known) => known.id === id));
  const missing = note.trim() === "" || (outcome === "not_solved" && reason.trim() === "") || unexplained;
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setShown(true);
    if (missing) return;
    const own = (equipment ?? []).flatMap(({ id }) => {
      const piece = pieces[id];
      return piece === undefined ? [] : [{ id, outcome: piece.outcome, ...(piece.outcome === "not_solved" && { reason: piece.reason.trim() }) }];
    });
    void onSubmit({ outcome, note: note.trim(), ...(outcome === "not_solved" && { reason: reason.trim() }), ...(own.length > 0 && { equipment: own }) });
  };
  return (
    <Dialog title={t("endDialog.title", { number: session.number })} opened={opened} onClose={onClose} closeLabel={t("app.close")}>
      <Form onSubmit={submit}>
        <Dim>{asks ? t("life.end.confirms") : t("endDialog.text")}</Dim>
        <div className={css.field}>
          <span aria-hidden="true">{t("endDialog.outcome")}</span>
          <Segments wide label={t("endDialog.outcome")} value={outcome} onChange={setChosen} options={OUTCOMES.map((value) => ({ value, label: t(`outcome.${value}`) }))} />
        </div>
        {outcome === "not_solved" && <TextArea label={t("life.end.reason")} rows={2} value={reason} onChange={setReason} maxLength={1000} testId="reason" {...(shown && reason.trim() === "" && { error: t("life.end.reasonRequired") })} />}
        <TextArea label={t("endDialog.note")} value={note} onChange={setNote} maxLength={2000} testId="note" {...(shown && note.trim() === "" && { error: t("life.end.noteRequired") })} />
        {(equipment?.length ?? 0) > 0 && (
          <fieldset className={css.pieces} data-testid="pieces">
            <legend>{t("life.end.pieces")}</legend>
            {equipment?.map((piece) => <PieceOutcome key={piece.id} piece={piece} shown={shown} said={pieces[piece.id]} onSay={(said) => setPieces({ ...pieces, [piece.id]: said })} />)}
          </fieldset>
        )}
        <Row>
          <Button type="submit" kind="danger" busy={busy} testId="confirm-end">{t("endDialog.submit")}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}

interface Said {
  outcome: Outcome;
  reason: string;
}

function PieceOutcome({ piece, said, shown, onSay }: { piece: Piece; said: Said | undefined; shown: boolean; onSay: (said: Said | undefined) => void }) {
  const { t } = useTranslation();
  const name = piece.asset == null ? piece.name : `${piece.name} · ${piece.asset}`;
  // What was said of it earlier stands, unless something else is chosen here.
  const usual = piece.outcome == null ? t("life.end.pieceAs") : t(`outcome.${piece.outcome}`);
  return (
    <div className={css.piece}>
      <span dir="auto">{name}</span>
      <Choice bare label={name} value={said?.outcome ?? ""} options={[{ value: "", label: usual }, ...OUTCOMES.filter((value) => value !== piece.outcome).map((value) => ({ value, label: t(`outcome.${value}`) }))]} onChange={(value) => onSay(value === "" ? undefined : { outcome: OUTCOMES.find((each) => each === value) ?? "solved", reason: said?.reason ?? "" })} testId="piece-outcome" />
      {said?.outcome === "not_solved" && <TextField label={t("life.end.pieceReason")} value={said.reason} onChange={(reason) => onSay({ ...said, reason })} maxLength={500} autoComplete="off" error={shown && said.reason.trim() === "" ? t("life.end.reasonRequired") : undefined} />}
    </div>
  );
}
