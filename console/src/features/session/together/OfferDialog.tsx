import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { together, useRecipients, useSetup, type Recipient, type Recipients, type Right, type Session, type Standing } from "@/api";
import { errorText } from "@/shared/errorText";
import { Button, Check, Checks, Chip, Dialog, Dim, Empty, Form, Icon, Loading, Mark, Row, SelectField, tell, tellError, TextArea, TextField, type IconName, type Tone } from "@/ui";

import css from "./together.module.css";
import { RIGHTS, useRemoteOf } from "./useTogether";

const MAX_NOTE = 500;
/** How long it can be accepted, in seconds. */
const LIVES = [120, 600, 3600, 28_800] as const;
const TONES: Record<Standing["effective"]["availability"], Tone> = { available: "good", busy: "warn", away: "neutral", off_shift: "neutral" };
const FACES: Record<Standing["effective"]["availability"], IconName> = { available: "check", busy: "clock", away: "moon", off_shift: "moon" };
/** Rights of somebody who is asked to join, unless the lead says otherwise. */
const USUAL: readonly Right[] = ["view", "point", "control", "chat"];

interface Entry {
  key: string;
  to: Recipient;
  name: string;
  standing?: Standing;
  several?: { people: number; available: number; kind: "group" | "channel" };
}

function entriesOf(all: Recipients): Entry[] {
  const free = ({ effective, load, limit }: Standing): number => (effective.availability === "available" ? (load < limit ? 0 : 1) : 2);
  const technicians = [...all.technicians].sort((a, b) => free(a) - free(b) || a.load - b.load || a.name.localeCompare(b.name));
  return [
    ...technicians.map((standing): Entry => ({ key: `t${standing.id}`, to: { technician: standing.id }, name: standing.name, standing })),
    ...all.groups.map(({ id, name, people, available }): Entry => ({ key: `g${id}`, to: { group: id }, name, several: { people, available, kind: "group" } })),
    ...all.channels.map(({ id, name, people, available }): Entry => ({ key: `c${id}`, to: { channel: id }, name, several: { people, available, kind: "channel" } })),
  ];
}

const plain = (text: string): string => text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase();

interface Props {
  session: Session;
  purpose: together.Purpose;
  opened: boolean;
  onClose: () => void;
}

/** To whom, with what note, for how long: nothing changes until somebody accepts. */
export function OfferDialog(props: Props) {
  const { t } = useTranslation();
  const { purpose, opened, onClose } = props;
  return (
    <Dialog title={t(`together.offer.title.${purpose}`)} opened={opened} onClose={onClose} closeLabel={t("app.close")} wide>
      <Offering {...props} />
    </Dialog>
  );
}

function Offering({ session, purpose, onClose }: Props) {
  const { t } = useTranslation();
  const remote = useRemoteOf(session.id);
  const { data: setup } = useSetup();
  const asksAgain = setup?.channels.find(({ id }) => id === session.channel)?.setup.ask_again ?? true;
  const { data, error, refetch } = useRecipients(session.id, purpose, true);
  const [search, setSearch] = useState("");
  const [chosen, setChosen] = useState<string | null>(null);
  const [note, setNote] = useState("");
  const [stay, setStay] = useState(true);
  const [rights, setRights] = useState<readonly Right[]>(USUAL);
  const [seconds, setSeconds] = useState<number>(LIVES[0]);
  const [busy, setBusy] = useState(false);
  const entries = data === undefined ? [] : entriesOf(data);
  const shown = entries.filter(({ name }) => plain(name).includes(plain(search.trim())));
  const picked = shown.find(({ key }) => key === chosen) ?? null;

  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (picked === null || busy) return;
    setBusy(true);
    try {
      await together.offer(session, { purpose, to: picked.to, note, rights, stay, seconds });
      // Asked to come by name: the person is told that this technician knows them.
      if (typeof picked.to === "object" && "technician" in picked.to) remote?.expect(picked.to.technician, { letsSee: !asksAgain, leads: purpose === "transfer" });
      tell(t(`together.offer.made.${purpose}`, { name: picked.name }));
      onClose();
    } catch (refusal) {
      tellError(errorText(t, refusal));
    } finally {
      setBusy(false);
    }
  };

  if (error !== null) return <Empty icon="alert" title={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>;
  if (data === undefined) return <Loading label={t("app.loading")} />;
  if (entries.length === 0) return <Empty icon="team" title={t("together.offer.nobodyTitle")} text={t("together.offer.nobodyText")} />;
  return (
    <Form onSubmit={(event) => void submit(event)}>
      <Dim>{t(`together.offer.text.${purpose}`)}</Dim>
      <TextField label={t("together.offer.search")} value={search} onChange={setSearch} autoFocus testId="offer-search" />
      <fieldset className={css.recipients} data-testid="recipients">
        <legend className={css.spoken}>{t("together.offer.to")}</legend>
        {shown.length === 0 && <p className={css.none}>{t("together.offer.noMatch", { search: search.trim() })}</p>}
        {shown.map((entry) => <Line key={entry.key} entry={entry} chosen={entry.key === chosen} onChoose={() => setChosen(entry.key)} />)}
      </fieldset>
      <TextArea label={t("together.offer.note")} rows={2} value={note} onChange={setNote} testId="offer-note" error={note.length > MAX_NOTE ? t("together.offer.noteTooLong", { max: MAX_NOTE }) : undefined} />
      {purpose === "transfer" ? (
        <Check label={t("together.offer.stay")} hint={t("together.offer.stayHint")} checked={stay} onChange={setStay} testId="offer-stay" />
      ) : (
        <Checks title={t("together.rights")} options={RIGHTS.filter((right) => right !== "view").map((right) => ({ value: right, label: t(`together.right.${right}`) }))} chosen={rights} onChange={(now) => setRights(["view", ...(now as Right[])])} testId="offer-rights" />
      )}
      <SelectField label={t("together.offer.life")} value={String(seconds)} options={LIVES.map((life) => ({ value: String(life), label: t(`together.offer.lives.${life}`) }))} onChange={(value) => setSeconds(Number(value))} testId="offer-life" />
      <Row>
        <Button type="submit" kind="primary" icon={purpose === "transfer" ? "forward" : "team"} busy={busy} disabled={picked === null || note.length > MAX_NOTE} testId="offer-submit">{t(`together.offer.submit.${purpose}`)}</Button>
        <Button onClick={onClose}>{t("app.cancel")}</Button>
      </Row>
    </Form>
  );
}

function Line({ entry, chosen, onChoose }: { entry: Entry; chosen: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const { name, standing, several } = entry;
  return (
    <label className={css.recipient} data-chosen={chosen} data-testid="recipient">
      <input type="radio" name="recipient" checked={chosen} onChange={onChoose} />
      <Icon name={several === undefined ? "user" : several.kind === "group" ? "team" : "queue"} size={16} />
      <span className={css.name}>{name}</span>
      {standing !== undefined && (
        <>
          <Chip tone={TONES[standing.effective.availability]} icon={FACES[standing.effective.availability]}>{t(`team.availability.${standing.effective.availability}`)}</Chip>
          <Mark tone={standing.load >= standing.limit ? "warn" : "neutral"}>{t("team.load", { load: standing.load, limit: standing.limit })}</Mark>
        </>
      )}
      {several !== undefined && <span className={css.dim}>{t(`together.offer.${several.kind}`, { count: several.people, available: several.available })}</span>}
    </label>
  );
}
