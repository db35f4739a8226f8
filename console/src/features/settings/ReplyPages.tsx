/** Canned replies: those of the whole desk, and those of channels. */

import { useNavigate } from "@tanstack/react-router";
import { useState, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { cache, channelName, may, mayAnywhere, setup as access, useDesk, useTechnician, type Reply, type Setup } from "@/api";
import { SETUP_KEY } from "@/api/cache";
import { errorText } from "@/shared/errorText";
import { fill, PLACEHOLDERS } from "@/shared/replies";
import { Button, Dim, Form, Notice, Row, SelectField, TextArea, TextField } from "@/ui";

import { useSetupNow } from "./context";
import { useDraft } from "./draft";
import { whyNot } from "./names";
import { DeleteButton, DraftForm, List, NewButton, SettingPage } from "./parts";
import css from "./settings.module.css";

interface Draft {
  shortcut: string;
  title: string;
  /** "": the whole desk. */
  channel: string;
  text: string;
}

const EMPTY: Draft = { shortcut: "", title: "", channel: "", text: "" };
const SHORTCUT = /^[\p{L}\p{N}_-]{1,32}$/u;

const written = ({ shortcut, title, channel, text }: Draft) => ({ shortcut: word(shortcut), title: title.trim() === "" ? null : title.trim(), channel: channel === "" ? null : channel, text });
const word = (shortcut: string): string => shortcut.trim().replace(/^\/+/, "");
const mayOn = (setup: Setup, channel: string | null | undefined): boolean => may(setup, "reply_manage", channel ?? undefined);

export function RepliesPage() {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const place = (reply: Reply): string => (reply.setup.channel == null ? t("settings.wholeDesk") : channelName(setup, reply.setup.channel));
  const rows = [...setup.replies].sort((a, b) => a.setup.shortcut.localeCompare(b.setup.shortcut) || place(a).localeCompare(place(b)));
  return (
    <SettingPage area="replies" title={t("settings.area.replies")} beside={<NewButton area="replies" label={t("settings.reply.new")} why={whyNot(t, mayAnywhere(setup, "reply_manage"), "reply_manage")} />}>
      <List
        area="replies"
        label={t("settings.area.replies")}
        icon="chat"
        empty={t("settings.reply.none")}
        columns={[t("settings.reply.shortcut"), t("settings.reply.where"), t("settings.reply.title"), t("settings.reply.text")]}
        rows={rows.map((it) => ({ id: it.id, cells: [`/${it.setup.shortcut}`, place(it), it.setup.title ?? "", <span key="text" className={css.dim}>{it.setup.text.slice(0, 80)}</span>] }))}
      />
    </SettingPage>
  );
}

export function ReplyPage({ id }: { id: string }) {
  const reply = useSetupNow().replies.find((it) => it.id === id);
  return reply === undefined ? null : <OpenReply reply={reply} />;
}

function OpenReply({ reply: { id, version, setup: it } }: { reply: Reply }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const draft = useDraft<Draft>({ version, setup: { shortcut: it.shortcut, title: it.title ?? "", channel: it.channel ?? "", text: it.text } }, (seen, value) => access.change("replies", id, seen, written(value)));
  const why = whyNot(t, mayOn(setup, it.channel), "reply_manage");
  const name = `/${it.shortcut}`;
  return (
    <SettingPage area="replies" title={name} back={t("settings.reply.back")} beside={<><span className={css.grow} /><DeleteButton area="replies" name={name} why={why} remove={() => access.takeAway("replies", id, version)} /></>}>
      <DraftForm draft={draft} part={(key) => t(`settings.reply.${key}`)} faults={useFaults(draft.value)} locked={why !== null}>
        {why !== null && <Notice tone="neutral" icon="lock" testId="look-only">{t("settings.mayLook", { permission: t("settings.permission.reply_manage") })}</Notice>}
        <fieldset disabled={why !== null} style={{ display: "contents" }}><Fields value={draft.value} set={draft.set} /></fieldset>
      </DraftForm>
    </SettingPage>
  );
}

export function NewReplyPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const setup = useSetupNow();
  const first = mayOn(setup, null) ? "" : (setup.channels.find((it) => mayOn(setup, it.id))?.id ?? "");
  const [value, setValue] = useState<Draft>({ ...EMPTY, channel: first });
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const why = whyNot(t, mayAnywhere(setup, "reply_manage"), "reply_manage");
  const faults = useFaults(value);
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    setAsked(true);
    if (faults.length > 0 || why !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      await access.make("replies", written(value));
      await cache.invalidateQueries({ queryKey: SETUP_KEY });
      await navigate({ to: "/settings/$area", params: { area: "replies" } });
    } catch (error) {
      setProblem(errorText(t, error));
      setBusy(false);
    }
  };
  return (
    <SettingPage area="replies" title={t("settings.reply.new")} back={t("settings.reply.back")}>
      {why !== null && <Notice tone="neutral" icon="lock">{why}</Notice>}
      <div style={{ maxWidth: 560 }}>
        <Form onSubmit={(event) => void submit(event)}>
          <Fields value={value} set={(change) => setValue((now) => ({ ...now, ...change }))} />
          {asked && faults.length > 0 && <Notice tone="bad" icon="alert" testId="faults">{faults.map((fault) => <div key={fault}>{fault}</div>)}</Notice>}
          {problem !== null && <Notice tone="bad" icon="alert" testId="problem">{problem}</Notice>}
          <Row><Button type="submit" kind="primary" busy={busy} disabled={why !== null} testId="make">{t("settings.make")}</Button></Row>
        </Form>
      </div>
    </SettingPage>
  );
}

function useFaults({ shortcut, text }: Draft): string[] {
  const { t } = useTranslation();
  const faults: string[] = [];
  if (!SHORTCUT.test(word(shortcut))) faults.push(t("settings.reply.fault.shortcut"));
  if (text.trim() === "") faults.push(t("settings.reply.fault.text"));
  const unknown = Array.from(text.matchAll(/\{([\p{L}_]+)\}/gu), ([, name = ""]) => name).find((name) => !PLACEHOLDERS.some((known) => known === name));
  if (unknown !== undefined) faults.push(t("settings.reply.fault.placeholder", { word: `{${unknown}}` }));
  return faults;
}

function Fields({ value, set }: { value: Draft; set: (change: Partial<Draft>) => void }) {
  const { t } = useTranslation();
  const setup = useSetupNow();
  const desk = useDesk();
  const me = useTechnician();
  const places = [
    ...(mayOn(setup, null) || value.channel === "" ? [{ value: "", label: t("settings.wholeDesk") }] : []),
    ...setup.channels.filter((it) => mayOn(setup, it.id) || it.id === value.channel).map((it) => ({ value: it.id, label: t("settings.channelOf", { channel: it.setup.name }) })),
  ];
  const example = { person: t("settings.reply.examplePerson"), technician: me?.name ?? "", session: "42", desk: desk.data?.name ?? "" };
  return (
    <>
      <TextField label={t("settings.reply.shortcut")} hint={t("settings.reply.shortcutHint")} value={value.shortcut} maxLength={33} autoComplete="off" onChange={(shortcut) => set({ shortcut })} testId="shortcut" />
      <SelectField label={t("settings.reply.where")} value={value.channel} options={places} onChange={(channel) => set({ channel })} />
      <TextField label={t("settings.reply.title")} hint={t("settings.reply.titleHint")} value={value.title} maxLength={80} autoComplete="off" onChange={(title) => set({ title })} testId="title" />
      <TextArea label={t("settings.reply.text")} value={value.text} maxLength={2000} rows={5} onChange={(text) => set({ text })} testId="reply-text" />
      <Dim>{t("settings.reply.placeholders")}</Dim>
      <Row>{PLACEHOLDERS.map((name) => <Button key={name} size="xs" onClick={() => set({ text: `${value.text}{${name}}` })} title={t(`settings.reply.placeholder.${name}`)}>{`{${name}}`}</Button>)}</Row>
      {value.text.trim() !== "" && <Notice tone="neutral" icon="chat" testId="preview"><strong>{t("settings.reply.preview")}</strong> <span style={{ whiteSpace: "pre-wrap" }}>{fill(value.text, example)}</span></Notice>}
    </>
  );
}
