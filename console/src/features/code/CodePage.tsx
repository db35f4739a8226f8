import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState, useSyncExternalStore, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, desk, isErrorCode, useTechnician } from "@/api";
import { duration } from "@/i18n/format";
import { keepRemote, remotes } from "@/remote/registry";
import type { RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";
import { errorText } from "@/shared/errorText";
import { startRemote } from "@/shared/remote";
import { Button, Card, Dim, DigitsInput, Notice, Page, Spinner, useNow } from "@/ui";

const ROUTING = 5;

/** Why the last try did not work. */
type Problem = { kind: "text"; text: string } | { kind: "locked"; until: number };

export function CodePage() {
  const { t } = useTranslation();
  const me = useTechnician()?.id ?? "";
  const [digits, setDigits] = useState("");
  const [remote, setRemote] = useState<RemoteSession | null>(null);
  const [asking, setAsking] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [incomplete, setIncomplete] = useState(false);
  const [tried, setTried] = useState("");
  const now = useNow();
  const left = problem?.kind === "locked" ? problem.until - now : 0;
  // Leaving before the session opened, or trying another code: the earlier one must not stay connected.
  useEffect(
    () => () => {
      if (remote !== null && !Array.from(remotes.get().values()).includes(remote)) remote.close();
    },
    [remote],
  );

  const refused = (error: unknown): void => {
    if (error instanceof ApiError && error.code === "too_many_tries") {
      if (error.retryAfter === null) setProblem({ kind: "text", text: t("code.lockedNoTime") });
      else setProblem({ kind: "locked", until: Date.now() + error.retryAfter * 1000 });
    } else setProblem({ kind: "text", text: errorText(t, error) });
  };

  const connect = async (): Promise<void> => {
    const routing = digits.slice(0, ROUTING);
    const secret = digits.slice(ROUTING);
    setProblem(null);
    const state = remote?.state.get();
    if (remote !== null && tried === routing && state?.pairing === "refused" && (state.refusal?.triesLeft ?? 0) > 0) {
      remote.tryDigits(secret);
      return;
    }
    setRemote(null);
    setAsking(true);
    try {
      // The relay gets these five; the other four stay here.
      const first = await desk.codeTicket(routing);
      setTried(routing);
      let used = false;
      const ticket = async (session: string | null): Promise<string> => {
        // The code has opened a session and is used up: from now on the way back is by the session.
        if (session !== null) return desk.viewTicket(session);
        if (used) return desk.codeTicket(routing);
        used = true;
        return first;
      };
      setRemote(startRemote(me, { digits: secret }, ticket));
    } catch (error) {
      refused(error);
    } finally {
      setAsking(false);
    }
  };

  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    setIncomplete(digits.length < 9);
    if (digits.length === 9) void connect();
  };

  const busy = asking;
  return (
    <Page>
      <div>
        <h1>{t("code.title")}</h1>
        <Dim>{t("code.intro")}</Dim>
      </div>
      <Card>
        <form onSubmit={submit} style={{ display: "flex", flexDirection: "column", gap: 18, alignItems: "center", padding: "10px 0" }}>
          <DigitsInput
            label={t("code.label")}
            groupLabel={(from, to) => t("code.group", { from, to })}
            value={digits}
            onChange={(next) => {
              setDigits(next);
              setIncomplete(false);
            }}
            invalid={incomplete || problem !== null}
            disabled={busy}
          />
          <Button type="submit" kind="primary" size="md" busy={busy} disabled={left > 0} testId="connect">{t("code.connect")}</Button>
          {incomplete && <Notice tone="bad" icon="alert" testId="code-error">{t("code.incomplete")}</Notice>}
          {left > 0 ? (
            <Notice tone="bad" icon="lock" testId="code-error">{t("code.locked", { time: duration(left) })}</Notice>
          ) : problem?.kind === "text" ? (
            <Notice tone="bad" icon="alert" testId="code-error">{problem.text}</Notice>
          ) : null}
          {busy && <Notice tone="info" icon="clock">{t("code.working")}</Notice>}
          {remote !== null && problem === null && !busy && <Progress remote={remote} />}
        </form>
        <Dim>{t("code.secretNote")}</Dim>
      </Card>
    </Page>
  );
}

function Progress({ remote }: { remote: RemoteSession }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const state = useSyncExternalStore(remote.state.subscribe, remote.state.get);
  const opened = state.session?.id;

  useEffect(() => {
    if (opened === undefined || state.pairing !== "done") return;
    keepRemote(opened, remote);
    void navigate({ to: "/sessions/$id", params: { id: opened } });
  }, [opened, state.pairing, remote, navigate]);

  const text = outcome(t, state);
  if (text !== null) return <Notice tone="bad" icon="alert" testId="code-error">{text}</Notice>;
  return (
    <div role="status" style={{ display: "flex", gap: 10, alignItems: "center" }}>
      <Spinner />
      {t("code.working2")}
    </div>
  );
}

function outcome(t: ReturnType<typeof useTranslation>["t"], state: RemoteState): string | null {
  if (state.pairing === "refused" && state.refusal !== null) {
    const { code, triesLeft } = state.refusal;
    return code === "code_burned" || triesLeft === 0 ? t("code.burned") : t("code.wrong", { count: triesLeft });
  }
  if (state.ended !== null) return t("code.lost");
  switch (state.failure) {
    case null:
      return null;
    case "bad_peer":
      return t("stage.badPeer");
    case "no_answer":
      return t("stage.noAnswer");
    case "unavailable":
    case "not_connected":
      return t("code.lost");
    default:
      return errorText(t, new ApiError(isErrorCode(state.failure) ? state.failure : "internal"));
  }
}
