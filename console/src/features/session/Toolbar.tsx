import { useState, type RefObject, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import type { InputController } from "@/remote/input/controller";
import type { ViewMode } from "@/remote/input/geometry";
import { FUNCTION_KEYS, SPECIAL_KEYS, type Chord } from "@/remote/input/keyboard";
import type { RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";
import { Button, Chip, Dialog, Dim, Form, IconButton, Menu, Row, Segments, tell, TextArea } from "@/ui";

import { AskButton } from "./AskButton";
import { WordsChip } from "./CompareWords";
import css from "./session.module.css";
import { membersOf, useTogether } from "./together/useTogether";

interface Props {
  session: Session;
  me: string;
  bar: RefObject<HTMLDivElement | null>;
  remote: RemoteSession;
  state: RemoteState;
  controller: InputController | null;
  mode: ViewMode;
  onMode: (mode: ViewMode) => void;
  stats: boolean;
  onStats: () => void;
  full: boolean;
  onFull: () => void;
}

const MAX_PASTE = 4000;

export function Toolbar({ session, me, bar, remote, state, controller, mode, onMode, stats, onStats, full, onFull }: Props) {
  const { t } = useTranslation();
  const [pasting, setPasting] = useState(false);
  const press = (chord: Chord) => ({
    label: chord.id,
    onClick: () => {
      controller?.chord(chord);
      controller?.focus();
    },
  });
  return (
    <div ref={bar} className={css.toolbar} role="toolbar" aria-label={t("live.toolbar")}>
      <Control session={session} me={me} remote={remote} state={state} controller={controller} />
      <WordsChip state={state} />
      <SealedChip state={state} />
      <CaptureNotices notices={state.capture.notices} />
      <div className={css.grow} />
      <div className={css.tools}>
        <Menu label={t("live.keys")} icon="keyboard" disabled={!state.control} testId="special-keys" shortcut="specialKeys" sections={[{ entries: SPECIAL_KEYS.map(press) }, { title: t("live.functionKeys"), grid: true, entries: FUNCTION_KEYS.map(press) }]} />
        <IconButton label={t("live.paste")} icon="paste" disabled={!state.control} testId="paste" shortcut="paste" onClick={() => setPasting(true)} />
        <Segments label={t("live.size")} shortcut="size" value={mode} onChange={onMode} options={[{ value: "fit", label: t("live.fit") }, { value: "actual", label: t("live.actual") }]} />
        <IconButton label={t("live.stopView")} icon="noScreen" testId="stop-view" onClick={() => {
          controller?.releaseAll();
          remote.giveBack("view");
        }} />
        <IconButton label={full ? t("live.exitFullScreen") : t("live.fullScreen")} icon="full" pressed={full} testId="full-screen" shortcut="fullScreen" onClick={onFull} />
        <IconButton label={t("live.stats")} icon="stats" pressed={stats} testId="stats-toggle" shortcut="stats" onClick={onStats} />
      </div>
      <PasteDialog opened={pasting} onClose={() => setPasting(false)} onType={(text) => {
        setPasting(false);
        controller?.type(text);
      }} />
    </div>
  );
}

function Control({ session, me, remote, state, controller }: { session: Session; me: string; remote: RemoteSession; state: RemoteState; controller: InputController | null }) {
  const { t } = useTranslation();
  const act = useTogether(session, me);
  const members = membersOf(session);
  const baton = session.team?.baton ?? session.owner?.id ?? me;
  if (members.length > 1 && baton !== me) {
    const holder = members.find(({ id }) => id === baton)?.name ?? "";
    const mine = members.find(({ id }) => id === me);
    return (
      <>
        <Chip tone="neutral" icon="pointer" testId="control-state">{t("together.colleagueControls", { name: holder })}</Chip>
        {session.owner?.id === me ? <Button size="xs" icon="pointer" busy={act.busy} testId="take-control" shortcut="requestControl" onClick={() => act.passControl(me)}>{t("together.takeControl")}</Button>
          : mine?.rights.includes("control") === true && <Button size="xs" icon="hand" testId="want-control" shortcut="requestControl" onClick={() => {
            remote.wantBaton();
            tell(t("together.asked"));
          }}>{t("together.wantControl")}</Button>}
      </>
    );
  }
  if (state.control) {
    return (
      <>
        <Chip tone="good" icon="pointer" testId="control-state">{t("live.controlling")}</Chip>
        <Button size="xs" testId="give-back" shortcut="giveBack" onClick={() => {
          controller?.releaseAll();
          remote.giveBack("control");
        }}>{t("live.giveBack")}</Button>
      </>
    );
  }
  const asking = state.asking?.grant === "control";
  const denied = state.denied?.grant === "control" ? state.denied : null;
  return (
    <>
      {asking ? <Chip tone="info" icon="clock" testId="control-state">{t("live.cancelWaiting")}</Chip> : (
        <>
          <Chip tone="neutral" icon="screen" testId="control-state">{t("live.viewing")}</Chip>
          <AskButton grant="control" remote={remote} denied={denied} label={t("live.requestControl")} />
        </>
      )}
      {!asking && denied !== null && <Chip tone="warn" icon="hand" testId="control-denied">{denied.byTimeout ? t("live.controlSilent") : t("live.controlDenied")}</Chip>}
      {!asking && denied === null && state.revoked && <Chip tone="warn" icon="hand" testId="control-denied">{t("live.controlRevoked")}</Chip>}
    </>
  );
}

/** In which ways this picture is less than it could be: in short, and in full on hover or focus. */
function CaptureNotices({ notices }: { notices: RemoteState["capture"]["notices"] }) {
  const { t } = useTranslation();
  const [first] = notices;
  if (first === undefined) return null;
  return (
    <Chip tone="warn" icon="info" testId="capture-notice" hint={notices.map((notice) => t(`capture.notice.${notice}.long`))}>
      {notices.length === 1 ? t(`capture.notice.${first}.short`) : t("capture.several", { count: notices.length })}
    </Chip>
  );
}

function PasteDialog({ opened, onClose, onType }: { opened: boolean; onClose: () => void; onType: (text: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (text === "" || text.length > MAX_PASTE) return;
    onType(text);
    setText("");
  };
  return (
    <Dialog title={t("live.pasteTitle")} opened={opened} onClose={onClose} closeLabel={t("app.close")} wide>
      <Form onSubmit={submit}>
        <Dim>{t("live.pasteText")}</Dim>
        <TextArea label={t("live.pasteLabel")} rows={7} value={text} onChange={setText} autoFocus testId="paste-text" error={text.length > MAX_PASTE ? t("live.pasteTooLong", { max: MAX_PASTE }) : undefined} />
        <Row>
          <Button type="submit" kind="primary" icon="keyboard" disabled={text === "" || text.length > MAX_PASTE} testId="paste-submit">{t("live.pasteSubmit")}</Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </Form>
    </Dialog>
  );
}

/** Once a picture was opened here: what the key agreement proves of who could have. */
function SealedChip({ state: { sealed, sure, words } }: { state: RemoteState }) {
  const { t } = useTranslation();
  if (sealed.is !== "opened") return null;
  if (sure) return <Chip tone="neutral" icon="lock" testId="sealed" hint={[t("live.sealedHint")]}>{t("live.sealed")}</Chip>;
  return <Chip tone="neutral" icon="lock" testId="sealed" hint={[t(words === null ? "live.sealedByRelay" : "live.sealedByWords")]}>{t("live.sealedOnly")}</Chip>;
}
