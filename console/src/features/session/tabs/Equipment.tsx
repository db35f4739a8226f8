import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { addPiece, changePiece, removePiece, useEquipment, type EquipmentKind, type Outcome, type Piece, type Session } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Chip, Choice, Empty, Form, IconButton, Loading, Notice, Row, TextField, TwoColumns, useNow, type Tone } from "@/ui";

import css from "./equipment.module.css";

const KINDS: readonly EquipmentKind[] = ["computer", "notebook", "monitor", "printer", "telephone", "network", "server", "other"];
const OUTCOMES: readonly Outcome[] = ["solved", "not_solved", "no_contact"];
const TONE: Record<Outcome, Tone> = { solved: "good", not_solved: "bad", no_contact: "warn" };

/** The equipment that the session is about, and what became of each piece; also when it is over. */
export default function Equipment({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data: pieces, error, refetch } = useEquipment(session.id);
  const [opened, setOpened] = useState<string | null>(null);
  if (pieces === undefined) {
    return error === null ? <Loading label={t("app.loading")} /> : <Empty icon="alert" title={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>;
  }
  const fixed = session.state === "expired";
  return (
    <section className={css.equipment} aria-label={t("life.equipment.title")} data-testid="equipment">
      {pieces.length === 0 && <p className={css.empty}>{t("life.equipment.empty")} {fixed ? t("life.equipment.expired") : t("life.equipment.emptyHint")}</p>}
      {pieces.length > 0 && (
        <ul className={css.pieces}>
          {pieces.map((piece) => (
            <li key={piece.id} className={css.piece} data-testid="piece">
              {opened === piece.id ? <Change session={session.id} piece={piece} onDone={() => setOpened(null)} /> : <Line session={session.id} piece={piece} fixed={fixed} onOpen={() => setOpened(piece.id)} />}
            </li>
          ))}
        </ul>
      )}
      {!fixed && <Add session={session} pieces={pieces} />}
    </section>
  );
}

function Line({ session, piece, fixed, onOpen }: { session: string; piece: Piece; fixed: boolean; onOpen: () => void }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { busy, error, run } = useRun();
  return (
    <>
      <div className={css.line}>
        <div className={css.what}>
          <b dir="auto">{piece.name}</b>
          <span>{[t(`life.equipment.kind.${piece.kind}`), piece.asset].filter(Boolean).join(" · ")}</span>
          {piece.reason != null && <span dir="auto">{piece.reason}</span>}
          <small title={exactMoment(piece.at, i18n.language)}>{t("life.equipment.by", { name: piece.by.name, time: moment(piece.at, now, i18n.language) })}</small>
        </div>
        {piece.outcome != null && <Chip tone={TONE[piece.outcome]} icon={piece.outcome === "solved" ? "check" : "info"}>{t(`outcome.${piece.outcome}`)}</Chip>}
        {!fixed && <IconButton label={t("life.equipment.edit", { name: piece.name })} icon="forward" testId="edit-piece" onClick={onOpen} />}
        {!fixed && <IconButton label={t("life.equipment.remove", { name: piece.name })} icon="cross" disabled={busy} testId="remove-piece" onClick={() => void run(() => removePiece(session, piece.id))} />}
      </div>
      {error !== null && <Notice tone="bad" icon="alert">{error}</Notice>}
    </>
  );
}

interface Fields {
  name: string;
  asset: string;
  kind: EquipmentKind;
}
const EMPTY: Fields = { name: "", asset: "", kind: "computer" };

function PieceFields({ value, shown, set }: { value: Fields; shown: boolean; set: (value: Fields) => void }) {
  const { t } = useTranslation();
  return (
    <>
      <TextField label={t("life.equipment.name")} value={value.name} onChange={(name) => set({ ...value, name })} maxLength={120} autoComplete="off" testId="piece-name" error={shown && value.name.trim() === "" ? t("life.equipment.nameRequired") : undefined} />
      <TwoColumns>
        <Choice label={t("life.equipment.kindLabel")} value={value.kind} options={KINDS.map((kind) => ({ value: kind, label: t(`life.equipment.kind.${kind}`) }))} onChange={(kind) => set({ ...value, kind: KINDS.find((each) => each === kind) ?? "other" })} testId="piece-kind" />
        <TextField label={t("life.equipment.asset")} optional={t("newSession.optional")} value={value.asset} onChange={(asset) => set({ ...value, asset })} maxLength={60} autoComplete="off" testId="piece-asset" />
      </TwoColumns>
    </>
  );
}

const asset = (text: string): { asset?: string } => (text.trim() === "" ? {} : { asset: text.trim() });

function Add({ session, pieces }: { session: Session; pieces: readonly Piece[] }) {
  const { t } = useTranslation();
  const [value, setValue] = useState<Fields>(EMPTY);
  const [shown, setShown] = useState(false);
  const { busy, error, run } = useRun();
  // Kept until it was taken: sent again after a break, it is the same piece.
  const [id, setId] = useState(() => crypto.randomUUID());
  const add = async (fields: Fields): Promise<void> => {
    if (!(await run(() => addPiece(session.id, { id, name: fields.name.trim(), kind: fields.kind, ...asset(fields.asset) })))) return;
    setId(crypto.randomUUID());
    setValue(EMPTY);
    setShown(false);
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setShown(true);
    if (value.name.trim() !== "") void add(value);
  };
  const own = session.asset_number ?? null;
  const offered = own !== null && !pieces.some((piece) => piece.asset === own);
  return (
    <div className={css.add}>
      <h3>{t("life.equipment.addTitle")}</h3>
      {offered && <div><Button size="xs" icon="plus" busy={busy} testId="suggest-piece" onClick={() => void add({ name: session.device?.host_name ?? t("life.equipment.kind.computer"), asset: own, kind: "computer" })}>{t("life.equipment.suggest", { asset: own })}</Button></div>}
      <Form onSubmit={submit}>
        <PieceFields value={value} shown={shown} set={setValue} />
        {error !== null && <Notice tone="bad" icon="alert">{error}</Notice>}
        <Row><Button type="submit" kind="primary" icon="plus" busy={busy} testId="add-piece">{t("life.equipment.add")}</Button></Row>
      </Form>
    </div>
  );
}

function Change({ session, piece, onDone }: { session: string; piece: Piece; onDone: () => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState<Fields>({ name: piece.name, asset: piece.asset ?? "", kind: piece.kind });
  const [outcome, setOutcome] = useState<Outcome | null>(piece.outcome ?? null);
  const [reason, setReason] = useState(piece.reason ?? "");
  const [shown, setShown] = useState(false);
  const { busy, error, run } = useRun();
  const missing = value.name.trim() === "" || (outcome === "not_solved" && reason.trim() === "");
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setShown(true);
    if (missing) return;
    const changed = { name: value.name.trim(), kind: value.kind, ...asset(value.asset), ...(outcome !== null && { outcome }), ...(outcome === "not_solved" && { reason: reason.trim() }) };
    if (await run(() => changePiece(session, piece.id, changed))) onDone();
  };
  return (
    <Form onSubmit={(event) => void submit(event)}>
      <PieceFields value={value} shown={shown} set={setValue} />
      <Choice label={t("life.equipment.outcome")} value={outcome ?? ""} options={[{ value: "", label: t("life.equipment.open") }, ...OUTCOMES.map((each) => ({ value: each, label: t(`outcome.${each}`) }))]} onChange={(chosen) => setOutcome(OUTCOMES.find((each) => each === chosen) ?? null)} testId="change-outcome" />
      {outcome === "not_solved" && <TextField label={t("life.equipment.reason")} value={reason} onChange={setReason} maxLength={500} autoComplete="off" testId="piece-reason" error={shown && reason.trim() === "" ? t("life.end.reasonRequired") : undefined} />}
      {error !== null && <Notice tone="bad" icon="alert">{error}</Notice>}
      <Row>
        <Button type="submit" kind="primary" busy={busy} testId="save-piece">{t("life.equipment.save")}</Button>
        <Button onClick={onDone}>{t("app.cancel")}</Button>
      </Row>
    </Form>
  );
}

/** Does one thing at a time, and keeps what went wrong. */
function useRun(): { busy: boolean; error: string | null; run: (what: () => Promise<void>) => Promise<boolean> } {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const run = async (what: () => Promise<void>): Promise<boolean> => {
    setBusy(true);
    setError(null);
    try {
      await what();
      return true;
    } catch (failed) {
      setError(errorText(t, failed));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run };
}
