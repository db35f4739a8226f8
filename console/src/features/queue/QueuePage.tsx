import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { memo, useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { channelName, desk, liveQueue, useQueue, useSetup, useTechnician, type QueueSnapshot, type Session } from "@/api";
import { errorText } from "@/shared/errorText";
import { keepQueueSearch } from "@/shared/queueSearch";
import { useChange } from "@/shared/useChange";
import { useSteady } from "@/shared/useSteady";
import { Button, Empty, Loading, Notice, tell, useShortcuts } from "@/ui";

import css from "./queue.module.css";
import { QueueTable } from "./QueueTable";
import { QueueTools } from "./QueueTools";
import { counts, inView, matches, mayAssign, passes, sorted, VIEWS, type View } from "./rows";
import { useOlder } from "./useOlder";
import { keepDensity, queueSearch, searchOf, shownBy, usualDensity, usualSort, type QueueSearch, type Shown } from "./view";

const route = getRouteApi("/shell/");
/** Milliseconds between two drawings, however much changes. */
const STEADY = 100;

export function QueuePage() {
  return <Queue snapshot={useSteady(useQueue(), STEADY)} />;
}

const Queue = memo(function Queue({ snapshot: { queue, status, error, older } }: { snapshot: QueueSnapshot }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const me = useTechnician()?.id ?? "";
  const { data: setup } = useSetup();
  const raw = route.useSearch();
  const search = useMemo(() => queueSearch({ ...raw }), [raw]);
  const shown = useMemo(() => shownBy(search), [search]);
  const { view, sort, filters } = shown;
  const density = shown.density ?? usualDensity();
  const [selected, setSelected] = useState<string | null>(null);
  const { busy: claiming, change } = useChange();
  const field = useRef<HTMLInputElement>(null);
  const query = useDeferredValue(shown.q);

  const all = useMemo(() => Array.from(queue.sessions.values()), [queue.sessions]);
  const totals = useMemo(() => counts(all, me), [all, me]);
  const found = useOlder(query, older !== "none");
  const rows = useMemo(() => {
    // What the relay found among the older ones counts as found, by whatever it looked at.
    const here = all.filter((session) => matches(session, query));
    const further = found.sessions.filter(({ id }) => !queue.sessions.has(id));
    const kept = [...here, ...further].filter((session) => inView(session, view, me) && passes(session, filters));
    return sorted(kept, sort, i18n.language, (id) => channelName(setup, id));
  }, [all, queue.sessions, found.sessions, view, me, query, filters, sort, i18n.language, setup]);
  const several = (setup?.channels.length ?? 0) > 1;

  const go = (next: QueueSearch): void => void navigate({ to: "/", search: next, replace: true });
  // Upon what the address says by then: two keys may come before this is drawn again.
  const show = (next: Partial<Shown>): void => void navigate({ to: "/", search: (before) => searchOf({ ...shownBy(queueSearch({ ...before })), ...next }), replace: true });
  // Another view has its own order; filters and words stay.
  const showView = (next: View): void => show({ view: next, sort: usualSort(next) });
  useEffect(() => keepQueueSearch(search), [search]);
  const toggleDensity = (): void => {
    const next = density === "compact" ? "comfortable" : "compact";
    keepDensity(next);
    show({ density: next });
  };
  const open = useCallback((session: Session): void => void navigate({ to: "/sessions/$id", params: { id: session.id } }), [navigate]);
  const assign = useCallback(
    async (session: Session): Promise<void> => {
      if (await change(session, desk.claim)) tell(t("queue.assigned", { number: session.number }));
    },
    [t, change],
  );
  const at = rows.findIndex((row) => row.id === selected);
  const chosen = rows[at];
  const move = (to: number): void => {
    const row = rows[Math.min(rows.length - 1, Math.max(0, to))];
    if (row !== undefined) setSelected(row.id);
  };
  // Focus stays where it is, so that fields and buttons keep their keys.
  useShortcuts({
    next: () => move(at + 1),
    previous: () => move(at - 1),
    open: chosen && (() => open(chosen)),
    assign: chosen && mayAssign(chosen) ? () => void assign(chosen) : undefined,
    view: (key) => showView(VIEWS[Number(key) - 1] ?? "all"),
    search: () => field.current?.focus(),
  });

  const filtered = filters.channel.length + filters.priority.length + filters.category.length > 0;
  const end = older !== "none" && !found.asked && <Older state={older} />;
  return (
    <div className={css.page}>
      <QueueTools shown={shown} density={density} totals={totals} more={older !== "none"} setup={setup} field={field} onShow={show} onView={showView} onGo={go} onDensity={toggleDensity} />
      {status === "reconnecting" && <div className={css.banner}><Notice tone="warn" icon="sync">{t("queue.reconnecting")}</Notice></div>}
      {found.failed && <div className={css.banner}><Notice tone="warn" icon="alert">{t("queue.searchFailed")}</Notice></div>}
      {status === "failed" ? (
        <div className={css.scroll}>
          <Empty icon="alert" title={t("queue.failed")} text={errorText(t, error)}>
            <Button kind="primary" onClick={() => liveQueue.reload()}>{t("app.retry")}</Button>
          </Empty>
        </div>
      ) : status === "loading" && queue.cursor === 0 ? (
        <div className={css.scroll}><Loading label={t("app.loading")} /></div>
      ) : rows.length > 0 ? (
        <QueueTable rows={rows} sort={sort} onSort={(next) => show({ sort: next ?? usualSort(view) })} me={me} setup={setup} several={several} density={density} selected={selected} claiming={claiming} onOpen={open} onAssign={assign}>
          {end}
        </QueueTable>
      ) : (
        <div className={css.scroll}>
          {all.length === 0 ? (
            <Empty icon="queue" title={t("queue.emptyTitle")} text={t("queue.emptyText")}>
              <Button icon="keypad" onClick={() => void navigate({ to: "/code" })}>{t("nav.enterCode")}</Button>
              <Button kind="primary" icon="plus" onClick={() => void navigate({ to: "/new" })}>{t("nav.newSession")}</Button>
            </Empty>
          ) : found.asked && found.busy ? (
            <Loading label={t("queue.searching")} />
          ) : shown.q !== "" ? (
            <Empty icon="search" title={t("queue.noMatch", { search: shown.q })}>
              <Button onClick={() => show({ q: "" })}>{t("queue.clear")}</Button>
              {filtered && <Button onClick={() => show({ filters: shownBy({}).filters })}>{t("queue.clearFilters")}</Button>}
            </Empty>
          ) : (
            <Empty icon="queue" title={t("queue.emptyView")} {...(!filtered && view !== "all" && { text: t(`queue.emptyHint.${view}`) })}>
              {filtered && <Button onClick={() => show({ filters: shownBy({}).filters })}>{t("queue.clearFilters")}</Button>}
              {end}
            </Empty>
          )}
        </div>
      )}
      <div className={css.status} role="status" data-testid="queue-status" data-status={status}>
        {status === "live" && <><span className={css.dot} />{t("queue.live")}</>}
        {sort.column === "queue" && rows.length > 1 && <span className={css.order}>{t("queue.inOrder")}</span>}
        <span className={css.grow} />
        {found.asked && found.busy ? t("queue.searching") : older === "none" || found.asked ? t("queue.count", { count: rows.length }) : t("queue.countSoFar", { count: rows.length })}
      </div>
    </div>
  );
});

/** The end of what is loaded: goes on by itself as it scrolls into view, and by its button. */
function Older({ state }: { state: QueueSnapshot["older"] }) {
  const { t } = useTranslation();
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (end.current === null || state !== "more") return undefined;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting === true && void liveQueue.loadOlder(), { rootMargin: "300px" });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [state]);
  return (
    <div className={css.older} ref={end}>
      {state === "failed" && <span>{t("queue.olderFailed")}</span>}
      <Button size="xs" busy={state === "loading"} testId="older" onClick={() => void liveQueue.loadOlder()}>{state === "failed" ? t("app.retry") : t("queue.older")}</Button>
    </div>
  );
}
