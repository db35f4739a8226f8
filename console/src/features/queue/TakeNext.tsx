import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, channelName, liveQueue, team, useQueue, useTeam, useTechnician, type NextUp, type Setup, type Standing } from "@/api";
import { duration } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { PriorityMark } from "@/shared/PriorityMark";
import { sessionName } from "@/shared/sessionName";
import { useSteady } from "@/shared/useSteady";
import { Button, Dialog, Empty, Loading, Notice, Row, tell, useNow } from "@/ui";

import css from "./queue.module.css";
import { called, whyNext } from "./why";

/** Who is next and why, before it is taken. */
export function TakeNext({ setup }: { setup: Setup | undefined }) {
  const { t } = useTranslation();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button kind="primary" size="xs" icon="forward" shortcut="takeNext" testId="take-next" onClick={() => setOpened(true)}>{t("takeNext.button")}</Button>
      <Dialog title={t("takeNext.title")} opened={opened} onClose={() => setOpened(false)} closeLabel={t("app.close")}>
        <Asked setup={setup} onClose={() => setOpened(false)} />
      </Dialog>
    </>
  );
}

function Asked({ setup, onClose }: { setup: Setup | undefined; onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useTechnician()?.id;
  const { data: standings } = useTeam();
  const standing = standings?.find(({ id }) => id === me);
  const { data: next, error, refetch } = useQuery({ queryKey: ["next"], queryFn: team.next, gcTime: 0, staleTime: 0, retry: 1 });
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<unknown>(null);

  // Others take and people come while this is open.
  const { queue } = useQueue();
  const cursor = useSteady(queue.cursor, 1000);
  useEffect(() => void refetch(), [cursor, refetch]);

  const take = async (shown: NextUp): Promise<void> => {
    setBusy(true);
    setRefused(null);
    try {
      const { session } = await team.takeNext();
      liveQueue.put(session);
      tell(session.id === shown.session.id ? t("queue.assigned", { number: session.number }) : t("takeNext.another", { taken: called(t, session), shown: called(t, shown.session) }));
      await navigate({ to: "/sessions/$id", params: { id: session.id } });
    } catch (failure) {
      setRefused(failure);
      setBusy(false);
      void refetch();
    }
  };

  const hindrance = standing === undefined ? null : hindered(standing);
  if (hindrance === "off_shift") return <OffShift onClose={onClose} />;
  if (hindrance === "at_limit" && standing !== undefined) {
    return (
      <Empty icon="hand" title={t("takeNext.limitTitle", { load: standing.load, limit: standing.limit })} text={t("takeNext.limitText")}>
        <Button onClick={onClose} autoFocus>{t("app.close")}</Button>
      </Empty>
    );
  }
  // What somebody else has taken meanwhile is no refusal to tell: the next one is shown.
  const problem = refused ?? error;
  const gone = problem instanceof ApiError && problem.code === "not_found";
  return (
    <div className={css.next} data-testid="next">
      {problem !== null && !gone && <Notice tone="bad" icon="alert" testId="next-refused">{errorText(t, problem)}</Notice>}
      {next === undefined ? (
        error === null ? <Loading label={t("app.loading")} /> : <Row><Button onClick={() => void refetch()}>{t("app.retry")}</Button></Row>
      ) : next === null ? (
        <Empty icon="check" title={t("takeNext.nobodyTitle")} text={t("takeNext.nobodyText")}>
          <Button onClick={onClose} autoFocus>{t("app.close")}</Button>
        </Empty>
      ) : (
        <>
          <Person next={next} setup={setup} />
          <Why next={next} />
          <Row>
            <Button kind="primary" icon="forward" busy={busy} autoFocus testId="take" onClick={() => void take(next)}>{t("takeNext.take", { number: next.session.number })}</Button>
            <Button onClick={onClose}>{t("app.cancel")}</Button>
          </Row>
        </>
      )}
    </div>
  );
}

/** Why somebody cannot take one more, as the relay would say too. */
function hindered({ effective, load, limit }: Standing): "off_shift" | "at_limit" | null {
  if (effective.availability === "off_shift") return "off_shift";
  return load >= limit ? "at_limit" : null;
}

function OffShift({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const back = (): void => {
    setBusy(true);
    team.chooseAvailability("available").catch((failure: unknown) => {
      setProblem(failure);
      setBusy(false);
    });
  };
  return (
    <>
      {problem !== null && <Notice tone="bad" icon="alert">{errorText(t, problem)}</Notice>}
      <Empty icon="moon" title={t("takeNext.offShiftTitle")} text={t("takeNext.offShiftText")}>
        <Button onClick={onClose}>{t("app.close")}</Button>
        <Button kind="primary" busy={busy} autoFocus testId="be-available" onClick={back}>{t("takeNext.beAvailable")}</Button>
      </Empty>
    </>
  );
}

function Person({ next: { session }, setup }: { next: NextUp; setup: Setup | undefined }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const since = session.came_at ?? session.waiting_since ?? session.created_at;
  const channel = (setup?.channels.length ?? 0) > 1 ? channelName(setup, session.channel) : "";
  return (
    <div className={css.nextHead}>
      <h3 data-testid="next-name">#{session.number} {sessionName(t, session)}</h3>
      {session.subject != null && <p>{session.subject}</p>}
      <div className={css.nextMeta}>
        <PriorityMark priority={session.priority} />
        {session.company != null && <span>{session.company}</span>}
        {channel !== "" && <span>{channel}</span>}
        <span>{t("session.waitingFor", { time: duration(now - since, i18n.language) })}</span>
      </div>
    </div>
  );
}

function Why({ next }: { next: NextUp }) {
  const { t, i18n } = useTranslation();
  return (
    <div className={css.why}>
      <h3>{t("takeNext.why")}</h3>
      <p data-testid="next-why">{whyNext(t, next, i18n.language)}</p>
      {next.place.of > 1 && <p data-testid="next-count">{t("takeNext.waiting", { count: next.place.of })}</p>}
      <p className={css.dim}>{t("takeNext.rule")}</p>
    </div>
  );
}
