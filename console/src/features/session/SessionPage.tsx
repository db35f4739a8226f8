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
import { Button, Centered, Empty, IconButton, Loading, tell, useNow } from "@/ui";

import { EndDialog } from "./EndDialog";
import { LifeButtons } from "./life/LifeButtons";
import css from "./session.module.css";
import { SidePanel, type SideTab } from "./SidePanel";
import { Stage } from "./Stage";
import { useRemote, useSeesScreen } from "./useRemote";

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
  // Until the technician says otherwise, the details make room for a remote screen.
  const [chosen, setChosen] = useState<boolean | null>(null);
  const seen = useSeesScreen(remote);
  const panel = chosen ?? !seen;
  const [tab, setTab] = useState<SideTab>("details");
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
        {session.owner != null && <span className={`${css.meta ?? ""} ${css.owner ?? ""}`}>{t("session.owner")}: {mine ? t("queue.you") : session.owner.name}</span>}
        <div className={css.grow} />
        {session.state === "active" && mine && <Button size="xs" busy={busy} testId="release" shortcut="release" onClick={() => void change(desk.release).then((done) => done && tell(t("session.released")))}>{t("session.release")}</Button>}
        <LifeButtons session={session} me={me} busy={busy} change={change} />
        {open && (mine || session.owner == null) && <Button size="xs" kind="danger" icon="stop" testId="end" shortcut="end" onClick={() => setEnding(true)}>{t("session.end")}</Button>}
        <IconButton label={unread === 0 ? t("chat.title") : t("chat.unread", { count: unread })} icon="chat" count={unread} pressed={panel && tab === "chat"} testId="messages" shortcut="messages" onClick={() => {
          setChosen(!(panel && tab === "chat"));
          setTab("chat");
        }} />
        <IconButton label={t("session.details")} icon="panel" pressed={panel && tab === "details"} testId="details" shortcut="details" onClick={() => {
          setChosen(!(panel && tab === "details"));
          setTab("details");
        }} />
      </div>
      <div className={css.body} data-panel={panel}>
        <Stage session={session} me={me} remote={remote} busy={busy} onStart={() => void change(desk.claim)} onEnd={() => setEnding(true)} />
        {panel && <SidePanel session={session} history={history} me={me} tab={tab} onTab={setTab} />}
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

function Timer({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const since = (at: number): string => duration(now - at, i18n.language);
  if (session.state === "waiting") return <span className={css.meta}>{t("session.waitingFor", { time: since(session.waiting_since ?? session.created_at) })}</span>;
  if (session.state === "active" && session.started_at != null) return <span className={css.meta}>{t("session.activeFor", { time: since(session.started_at) })}</span>;
  return null;
}
