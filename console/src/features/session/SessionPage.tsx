import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { desk, life, useSession, useTechnician, type OneSession, type Session } from "@/api";
import { duration } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { isOver } from "@/shared/over";
import { sessionName } from "@/shared/sessionName";
import { StateChip } from "@/shared/StateChip";
import { unreadIn } from "@/shared/unread";
import { useChange } from "@/shared/useChange";
import { Button, Centered, Empty, IconButton, Loading, tell, useMedia, useNow } from "@/ui";

import { EndDialog } from "./EndDialog";
import { HelpsNow } from "./HelpsNow";
import { LifeButtons } from "./life/LifeButtons";
import css from "./session.module.css";
import { Stage } from "./Stage";
import { Transfer } from "./together/TeamPanel";
import { SessionTabs } from "./tabs";
import { rememberedTab, rememberTab, tabNamed } from "./tabs/chosen";
import type { TabName } from "./tabs/tab";
import { useRemote, useOnScreen } from "./useRemote";

const route = getRouteApi("/shell/sessions/$id");

export function SessionPage() {
  const { t } = useTranslation();
  const { id } = route.useParams();
  const me = useTechnician()?.id ?? "";
  const { session, history, error, refetch } = useSession(id);
  const navigate = useNavigate();
  if (session === null) {
    return (
      <Centered>
        {error === null ? (
          <Loading label={t("app.loading")} />
        ) : (
          <Empty whole icon="alert" title={error.code === "not_found" ? t("session.notFound") : errorText(t, error)}>
            <Button onClick={() => void navigate({ to: "/" })}>{t("notFound.home")}</Button>
            {error.code !== "not_found" && <Button kind="primary" onClick={refetch}>{t("app.retry")}</Button>}
          </Empty>
        )}
      </Centered>
    );
  }
  return <Loaded key={id} session={session} history={history} me={me} />;
}

function Loaded({ session, history, me }: { session: Session; history: OneSession["history"]; me: string }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const remote = useRemote(session, me);
  const changes = useChange();
  const busy = changes.busy !== null;
  const change = (run: (session: Session) => Promise<Session>): Promise<boolean> => changes.change(session, run);
  const onScreen = useOnScreen(remote);
  // Unless a tab was asked for, they make room for a remote screen, where there is no room for both.
  const roomy = useMedia("(min-width: 1680px)");
  const asked = tabNamed(route.useSearch().tab);
  const [chosen, setChosen] = useState<boolean | null>(asked === null ? null : true);
  const { tab, choose } = useTab(session.id, asked, () => setChosen(true));
  const panel = !onScreen || (chosen ?? roomy);
  const [ending, setEnding] = useState(false);
  const unread = unreadIn(session);
  const mine = session.owner?.id === me;
  const name = sessionName(t, session);
  const open = session.state === "waiting" || session.state === "active";

  return (
    <div className={css.page} data-testid="session" data-state={session.state} data-detail={session.detail ?? ""}>
      <div className={css.head}>
        <IconButton label={t("nav.queue")} icon="back" testId="back" shortcut="queue" onClick={() => void navigate({ to: "/" })} />
        <h1 aria-label={t("session.heading", { number: session.number, name })}>
          <span className={css.number}>#{session.number}</span>
          <span>{name}</span>
        </h1>
        <StateChip session={session} />
        <Timer session={session} />
        {session.owner != null && <span className={`${css.meta ?? ""} ${css.owner ?? ""}`} data-mine={mine}>{t("session.owner")}: {mine ? t("queue.you") : session.owner.name}</span>}
        <div className={css.acts}>
          <Transfer session={session} me={me} />
          {session.state === "active" && mine && <Button size="xs" busy={busy} testId="release" shortcut="release" onClick={() => void change(desk.release).then((done) => done && tell(t("session.released")))}>{t("session.release")}</Button>}
          <LifeButtons session={session} me={me} busy={busy} change={change} />
          {open && (mine || session.owner == null) && <Button size="xs" kind="danger" icon="stop" testId="end" shortcut="end" onClick={() => setEnding(true)}>{t("session.end")}</Button>}
          <IconButton label={unread === 0 ? t("chat.title") : t("chat.unread", { count: unread })} icon="chat" count={unread} {...(onScreen && { pressed: panel && tab === "correspondence" })} testId="messages" shortcut="messages" onClick={() => {
            if (onScreen && panel && tab === "correspondence") setChosen(false);
            else choose("correspondence");
          }} />
          {onScreen && <IconButton label={panel ? t("sessionTabs.hidePanel") : t("sessionTabs.showPanel")} icon="panel" pressed={panel} testId="details" shortcut="details" onClick={() => setChosen(!panel)} />}
        </div>
      </div>
      <div className={css.body} data-layout={onScreen ? "screen" : "desk"} data-panel={panel}>
        <Stage session={session} me={me} remote={remote} busy={busy} onStart={() => void change(desk.claim)} onEnd={() => setEnding(true)} />
        {panel && (
          <section className={css.side} aria-label={t("sessionTabs.label")}>
            <SessionTabs session={session} history={history} me={me} beside={onScreen} chosen={tab} onChoose={choose} />
          </section>
        )}
        {!onScreen && <aside className={css.helps} aria-label={t("sessionTabs.help")}><HelpsNow session={session} /></aside>}
      </div>
      <EndDialog session={session} opened={ending} busy={busy} onClose={() => setEnding(false)} onSubmit={async (how) => {
        let after = session;
        if (!(await change(async (now) => (after = await life.close(now, how))))) return;
        setEnding(false);
        tell(t(isOver(after) ? "endDialog.done" : "life.end.done", { number: session.number }));
      }} />
    </div>
  );
}

/** The open tab: of the address, else the one that was open when this session was last left. */
function useTab(session: string, asked: TabName | null, onChosen: () => void): { tab: TabName; choose: (tab: TabName) => void } {
  const navigate = useNavigate();
  const [remembered] = useState(() => rememberedTab(session));
  const choose = (tab: TabName): void => {
    rememberTab(session, tab);
    onChosen();
    void navigate({ to: "/sessions/$id", params: { id: session }, search: { tab }, replace: true });
  };
  return { tab: asked ?? remembered, choose };
}

function Timer({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const since = (at: number): string => duration(now - at, i18n.language);
  if (session.state === "waiting") return <span className={css.meta}>{t("session.waitingFor", { time: since(session.waiting_since ?? session.created_at) })}</span>;
  if (session.state === "active" && session.started_at != null) return <span className={css.meta}>{t("session.activeFor", { time: since(session.started_at) })}</span>;
  return null;
}
