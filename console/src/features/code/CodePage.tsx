import type { TFunction } from "i18next";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore, type SyntheticEvent } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, desk, useTechnician } from "@/api";
import { durationInWords } from "@/i18n/format";
import { keepRemote, remotes } from "@/remote/registry";
import type { RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";
import { errorText } from "@/shared/errorText";
import { failureWords } from "@/shared/failures";
import { startRemote } from "@/shared/remote";
import { Button, Card, Dim, DigitsInput, Notice, Page, Spinner, useLatest, useNow, type DigitsHandle } from "@/ui";

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
  const [tried, setTried] = useState("");
  const field = useRef<DigitsHandle>(null);
  // Leaving before the session opened, or trying another code: the earlier one must not stay connected.
  useEffect(
    () => () => {
      if (remote !== null && !Array.from(remotes.get().values()).includes(remote)) remote.close();
    },
    [remote],
  );
  // Where the technician goes on: the four digits that were wrong, else the whole code.
  const again = useCallback((from: number) => field.current?.select(from), []);

  const refused = (error: unknown): void => {
    if (!(error instanceof ApiError) || error.code !== "too_many_tries") setProblem({ kind: "text", text: errorText(t, error) });
    else if (error.retryAfter === null) setProblem({ kind: "text", text: t("code.lockedNoTime") });
    else setProblem({ kind: "locked", until: Date.now() + error.retryAfter * 1000 });
    again(0);
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
      const ticket = async (): Promise<string> => {
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

  const locked = problem?.kind === "locked";
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (asking || locked) return;
    if (digits.length === 9) void connect();
    else {
      setProblem({ kind: "text", text: digits === "" ? t("code.empty") : t("code.incomplete", { count: digits.length }) });
      again(digits.length);
    }
  };

  return (
    <Page>
      <div>
        <h1>{t("code.title")}</h1>
        <Dim>{t("code.intro")}</Dim>
      </div>
      <Card>
        <form onSubmit={submit} style={{ display: "flex", flexDirection: "column", gap: 18, alignItems: "center", textAlign: "center", padding: "10px 0 0" }}>
          <DigitsInput
            ref={field}
            label={t("code.label")}
            value={digits}
            onChange={(next) => {
              setDigits(next);
              if (!locked) setProblem(null);
            }}
            invalid={problem?.kind === "text"}
            busy={asking}
            describedBy="code-state"
          />
          <Button type="submit" kind="primary" size="md" busy={asking} disabled={locked} testId="connect">{t("code.connect")}</Button>
          <div id="code-state">
            {problem?.kind === "locked" ? (
              <Locked until={problem.until} onOver={() => {
                setProblem(null);
                again(0);
              }} />
            ) : problem !== null ? (
              <Notice tone="bad" icon="alert" testId="code-error">{problem.text}</Notice>
            ) : asking ? (
              <Notice tone="info" icon="clock">{t("code.working")}</Notice>
            ) : (
              remote !== null && <Progress remote={remote} onRefused={again} onLocked={(seconds) => setProblem({ kind: "locked", until: Date.now() + seconds * 1000 })} />
            )}
          </div>
          <Dim>{t("code.secretNote")}</Dim>
        </form>
      </Card>
    </Page>
  );
}

/** The refusal is said once; the time left ticks beside it without being read out each second. */
function Locked({ until, onOver }: { until: number; onOver: () => void }) {
  const { t, i18n } = useTranslation();
  const left = until - useNow();
  const over = left <= 0;
  const latest = useLatest(onOver);
  useEffect(() => {
    if (over) latest.current();
  }, [over, latest]);
  return (
    <>
      <Notice tone="bad" icon="lock" testId="code-error">{t("code.locked")}</Notice>
      <p role="timer" data-testid="code-lockout" style={{ textAlign: "center", marginTop: 8 }}>{t("code.lockedFor", { time: durationInWords(left, i18n.language) })}</p>
    </>
  );
}

function Progress({ remote, onRefused, onLocked }: { remote: RemoteSession; onRefused: (from: number) => void; onLocked: (seconds: number) => void }) {
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
  const secretOnly = state.pairing === "refused" && (state.refusal?.triesLeft ?? 0) > 0;
  // `refusal` is a new object for each refused try.
  useEffect(() => {
    if (text !== null) onRefused(secretOnly ? ROUTING : 0);
  }, [text, secretOnly, state.refusal, onRefused]);
  const wait = state.failure === "too_many_tries" ? state.retryAfter : null;
  const latest = useLatest(onLocked);
  useEffect(() => {
    if (wait !== null) latest.current(wait);
  }, [wait, latest]);

  if (text !== null) return <Notice tone="bad" icon="alert" testId="code-error">{text}</Notice>;
  return (
    <div role="status" style={{ display: "flex", gap: 10, alignItems: "center" }}>
      <Spinner />
      {t("code.working2")}
    </div>
  );
}

function outcome(t: TFunction, state: RemoteState): string | null {
  if (state.pairing === "refused" && state.refusal !== null) {
    const { code, triesLeft } = state.refusal;
    return code === "code_burned" || triesLeft === 0 ? t("code.burned") : t("code.wrong", { count: triesLeft });
  }
  if (state.ended !== null) return t("code.lost");
  switch (state.failure) {
    case null:
      return null;
    case "unavailable":
      return t("code.lost");
    default:
      return failureWords(t, state.failure).text;
  }
}
