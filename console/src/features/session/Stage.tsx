/** What is going on and what to do next: a strip over the session's tabs, or the remote screen itself. */

import { useNavigate } from "@tanstack/react-router";
import type { TFunction } from "i18next";
import { useSyncExternalStore, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { may, useSetup, type Permission, type Session } from "@/api";
import type { CaptureFault } from "@/remote/capture";
import type { RemoteSession } from "@/remote/session";
import { phase, type Phase, type RemoteState } from "@/remote/state";
import { moment } from "@/i18n/format";
import { failureWords } from "@/shared/failures";
import { useInviteLink } from "@/shared/invite";
import { sessionName } from "@/shared/sessionName";
import { Button, CopyButton, Icon, Spinner, useNow, type IconName, type Tone } from "@/ui";

import { AskButton } from "./AskButton";
import { CompareWords } from "./CompareWords";
import { LiveView } from "./LiveView";
import css from "./session.module.css";
import { LookIn, TakeOver } from "./together/TeamPanel";
import { isIn } from "./together/useTogether";
import { onScreen } from "./useRemote";

interface Props {
  session: Session;
  me: string;
  remote: RemoteSession | null;
  busy: boolean;
  onStart: () => void;
  onEnd: () => void;
}

/** Seconds that a question stays open at the end user's. */
const ASK_SECONDS = 60;

export function Stage(props: Props) {
  const { session, me, remote } = props;
  const over = session.state === "closed" || session.state === "expired";
  const looks = session.detail !== "on_hold" && session.detail !== "in_person";
  if (remote !== null && !over && looks && isIn(session, me)) return <RemoteStage {...props} remote={remote} />;
  return <div className={css.strip}><BeforeCard {...props} /></div>;
}

interface CardProps {
  icon: IconName | "spinner";
  tone?: Tone;
  title: string;
  text?: string;
  hint?: string;
  name: string;
  children?: ReactNode;
}

function StageCard({ icon, tone = "info", title, text, hint, name, children }: CardProps) {
  return (
    <section className={css.card} role="status" data-testid="stage" data-phase={name}>
      <div className={css.badge} data-tone={tone}>{icon === "spinner" ? <Spinner size={26} /> : <Icon name={icon} size={26} />}</div>
      <div className={css.words}>
        <h2>{title}</h2>
        {text !== undefined && <p>{text}</p>}
        {hint !== undefined && <p>{hint}</p>}
      </div>
      {children}
    </section>
  );
}

/** Nobody of this browser is connected. */
function BeforeCard({ session, me, remote, busy, onStart }: Props) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const now = useNow();
  const at = (time: number): string => moment(time, now, i18n.language);
  const link = useInviteLink(session);
  const person = session.person ?? t("session.thePerson");
  const reason = remote === null ? null : endedText(t, remote.state.get().ended);
  const another = (
    <div className={css.actions}><Button icon="plus" onClick={() => void navigate({ to: "/new" })}>{t("nav.newSession")}</Button></div>
  );
  if (session.detail === "awaiting_confirmation") return <StageCard name="done" icon="help" title={t("life.stage.doneTitle")} text={t("life.stage.doneText", { time: at(session.confirms_at ?? now) })} />;
  if (session.state === "closed") {
    const until = session.reopen_until ?? 0;
    return <StageCard name="closed" icon="archive" tone="neutral" title={t("stage.closedTitle")} text={[reason, until > now ? t("life.stage.reopenUntil", { time: at(until) }) : t("life.stage.reopenOver")].filter(Boolean).join(" ")}>{another}</StageCard>;
  }
  // Its facts are known from the moment the program was there.
  const came = session.device != null;
  if (session.state === "expired") return <StageCard name="expired" icon="expired" tone="bad" title={came ? t("stage.leftTitle") : t("stage.expiredTitle")} text={came ? t("stage.leftText") : t("stage.expiredText")}>{another}</StageCard>;
  if (session.detail === "invited" && session.call != null) return <StageCard name="away" icon="noScreen" tone="warn" title={t("call.session.awayTitle")} text={t("call.session.awayText")} />;
  if (session.owner != null && session.owner.id !== me) return (
    <StageCard name="other" icon="user" tone="neutral" title={t("stage.otherTitle", { owner: session.owner.name })} text={t("stage.otherText")}>
      <div className={css.actions}><Others session={session} me={me} /></div>
    </StageCard>
  );
  if (session.detail === "on_hold") {
    const until = session.hold?.until;
    return <StageCard name="on_hold" icon="clock" tone="warn" title={t("life.stage.holdTitle")} text={[session.hold?.why, until == null ? t("life.stage.holdByHand") : t("life.stage.holdUntil", { time: at(until) })].filter(Boolean).join(" – ")} />;
  }
  if (session.detail === "in_person") return <StageCard name="in_person" icon="user" tone="good" title={t("life.stage.inPersonTitle")} text={t("life.stage.inPersonText")} />;
  if (session.detail === "ready" && session.program === "away") {
    const back = session.reach !== "in_person";
    return (
      <StageCard name={back ? "back" : "take"} icon="user" tone="good" title={t(back ? "life.stage.backTitle" : "life.stage.takeTitle", { person: sessionName(t, session) })} text={t(back ? "life.stage.backText" : "life.stage.takeText")}>
        <div className={css.actions}><Button kind="primary" size="md" busy={busy} testId="start" shortcut="main" onClick={onStart}>{t("life.stage.take")}</Button></div>
      </StageCard>
    );
  }
  if (session.detail === "invited") return <StageCard name="invited" icon="mail" tone="neutral" title={came ? t("stage.programTitle") : t("stage.invitedTitle")} text={came ? t("stage.programText") : t("stage.invitedText")}>{link !== null && <div className={css.actions}><CopyButton size="md" value={link} copyLabel={t("newSession.copyLink")} copiedLabel={t("newSession.linkCopied")} /></div>}</StageCard>;
  return (
    <StageCard name="start" icon="screen" tone="good" title={t("stage.readyTitle", { person: sessionName(t, session) })} text={t("stage.readyText")} hint={t("session.startHint", { person })}>
      <div className={css.actions}><Button kind="primary" size="md" busy={busy} testId="start" shortcut="main" onClick={onStart}>{t("session.start")}</Button></div>
    </StageCard>
  );
}

/** What somebody may do with a session that a colleague holds. */
function Others({ session, me }: { session: Session; me: string }) {
  const { data: setup } = useSetup();
  const allowed = (permission: Permission): boolean => may(setup, permission, session.channel) || may(setup, permission);
  return (
    <>
      {allowed("session_supervise") && <LookIn session={session} me={me} />}
      {allowed("session_take_over") && <TakeOver session={session} me={me} />}
    </>
  );
}

function RemoteStage({ session, me, remote, onEnd }: Props & { remote: RemoteSession }) {
  const state = useSyncExternalStore(remote.state.subscribe, remote.state.get);
  const now = phase(state);
  const card = now === "live" ? null : <PhaseCard session={session} remote={remote} state={state} now={now} onEnd={onEnd} />;
  if (!onScreen(state)) return <div className={css.strip}>{card}</div>;
  return (
    <div className={css.main}>
      <LiveView session={session} me={me} remote={remote} state={state} live={now === "live"} overlay={card} />
    </div>
  );
}

function endedText(t: TFunction, reason: string | null): string | null {
  switch (reason) {
    case "technician":
    case "end_user":
    case "expired":
    case "solved":
    case "no_contact":
    case "relay":
      return t(`stage.ended.${reason}`);
    default:
      return null;
  }
}

function PhaseCard({ state, now, remote, onEnd }: { session: Session; remote: RemoteSession; state: RemoteState; now: Phase; onEnd: () => void }) {
  const { t } = useTranslation();
  const ask = (label: string): ReactNode => (
    <>
      <CompareWords state={state} />
      <div className={css.actions}><AskButton grant="view" remote={remote} denied={state.denied} label={label} /></div>
    </>
  );
  switch (now) {
    case "connecting":
      return <StageCard name={now} icon="spinner" title={t("stage.connectingTitle")} text={t("stage.connectingText")} />;
    case "waiting_program":
      return <StageCard name={now} icon="clock" tone="neutral" title={t("stage.programTitle")} text={t("stage.programText")} />;
    case "pairing":
      return <StageCard name={now} icon="lock" title={t("stage.pairingTitle")} text={t("stage.pairingText")} />;
    case "ready":
      return <StageCard name={now} icon="check" tone="good" title={t("stage.askTitle")} text={t("stage.askText")}>{ask(t("stage.ask"))}</StageCard>;
    case "asking":
      return <StageCard name={now} icon="clock" title={t("stage.askingTitle")} text={t("stage.askingText")}><CompareWords state={state} /><Countdown since={state.asking?.since ?? 0} /></StageCard>;
    case "denied":
      return <StageCard name={now} icon="hand" tone="bad" title={t("stage.deniedTitle")} text={t("stage.deniedText")}>{ask(t("stage.askAgain"))}</StageCard>;
    case "silent":
      return <StageCard name={now} icon="silent" tone="warn" title={t("stage.silentTitle")} text={t("stage.silentText")}>{ask(t("stage.askAgain"))}</StageCard>;
    case "revoked":
      return <StageCard name={now} icon="stop" tone="warn" title={t("stage.revokedTitle")} text={t("stage.revokedText")}>{ask(t("stage.askAgain"))}</StageCard>;
    case "starting":
      return <StageCard name={now} icon="spinner" title={t("stage.startingTitle")} text={t("stage.startingText")} />;
    case "capture":
      return <CaptureCard fault={state.capture.fault ?? "unknown"} />;
    case "unopened":
      return <UnopenedCard sealed={state.sealed} />;
    case "live":
      return null;
    case "reconnecting":
      return <StageCard name={now} icon="spinner" tone="warn" title={t("stage.reconnectingTitle")} text={t("stage.reconnectingText")} />;
    case "ended":
      return (
        <StageCard name={now} icon="check" tone="neutral" title={t("stage.endedTitle")} text={[endedText(t, state.ended), t("stage.endedText")].filter(Boolean).join(" ")}>
          <div className={css.actions}><Button kind="primary" size="md" shortcut="main" onClick={onEnd}>{t("session.end")}</Button></div>
        </StageCard>
      );
    case "wrong_secret":
    case "failed":
      return <FailedCard state={state} remote={remote} />;
  }
}

function CaptureCard({ fault }: { fault: CaptureFault }) {
  const { t } = useTranslation();
  return <StageCard name="capture" icon="noScreen" tone="warn" title={t(`capture.fault.${fault}.title`)} text={t(`capture.fault.${fault}.text`)} />;
}

/** Pictures come, and none of them opens. */
function UnopenedCard({ sealed }: { sealed: RemoteState["sealed"] }) {
  const { t } = useTranslation();
  const why = sealed.is === "refused" ? sealed.why : "unsealed";
  return <StageCard name={`unopened:${why}`} icon="lock" tone="warn" title={t("stage.unopenedTitle")} text={t(why === "no_key" ? "stage.unopenedNoKey" : "stage.unopenedText")} />;
}

function FailedCard({ state, remote }: { state: RemoteState; remote: RemoteSession }) {
  const { t } = useTranslation();
  const code = state.refusal?.code ?? state.failure ?? "internal";
  const { title, text, again } = failureWords(t, code);
  return (
    <StageCard name={`failed:${code}`} icon="alert" tone="bad" title={title} text={text}>
      <div className={css.actions}><Button kind={again ? "primary" : "default"} testId="reconnect" shortcut="main" onClick={() => remote.reconnect()}>{t("stage.reconnect")}</Button></div>
    </StageCard>
  );
}

function Countdown({ since }: { since: number }) {
  const { t } = useTranslation();
  const left = Math.max(0, Math.min(ASK_SECONDS, ASK_SECONDS - Math.floor((useNow() - since) / 1000)));
  return (
    <div className={css.wide}>
      <div className={css.bar}><div style={{ width: `${(left / ASK_SECONDS) * 100}%` }} /></div>
      <p>{t("stage.seconds", { count: left })}</p>
    </div>
  );
}
