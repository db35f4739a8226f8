import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useDeferredValue, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { desk, liveQueue, useQueue, useTechnician, type QueueSnapshot, type Session } from "@/api";
import { errorText } from "@/shared/errorText";
import { useChange } from "@/shared/useChange";
import { Button, Empty, Loading, Notice, SearchField, tell, useShortcuts } from "@/ui";

import css from "./queue.module.css";
import { QueueTable } from "./QueueTable";
import { counts, inView, isView, matches, mayAssign, sorted, VIEWS, type Sort, type View } from "./rows";

const route = getRouteApi("/shell/");

export function QueuePage() {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const me = useTechnician()?.id ?? "";
  const { queue, status, error, older } = useQueue();
  const { view: asked, q = "" } = route.useSearch();
  const view = isView(asked) ? asked : "all";
  const [sort, setSort] = useState<Sort>({ column: "received", descending: true });
  const [selected, setSelected] = useState<string | null>(null);
  const { busy: claiming, change } = useChange();
  const search = useRef<HTMLInputElement>(null);
  const query = useDeferredValue(q);

  const all = useMemo(() => Array.from(queue.sessions.values()), [queue.sessions]);
  const totals = useMemo(() => counts(all, me), [all, me]);
  const rows = useMemo(
    () => sorted(all.filter((s) => inView(s, view, me) && matches(s, query)), sort, i18n.language),
    [all, view, me, query, sort, i18n.language],
  );

  const show = (next: { view?: string | undefined; q?: string | undefined }): void =>
    void navigate({ to: "/", search: { view: view === "all" ? undefined : view, q: q === "" ? undefined : q, ...next }, replace: true });
  const showView = (next: View): void => show({ view: next === "all" ? undefined : next });
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
    if (row === undefined) return;
    setSelected(row.id);
    document.querySelector(`[data-row="${row.id}"]`)?.scrollIntoView({ block: "nearest" });
  };
  // Focus stays where it is, so that fields and buttons keep their keys.
  useShortcuts({
    next: () => move(at + 1),
    previous: () => move(at - 1),
    open: chosen && (() => open(chosen)),
    assign: chosen && mayAssign(chosen) ? () => void assign(chosen) : undefined,
    view: (key) => showView(VIEWS[Number(key) - 1] ?? "all"),
    search: () => search.current?.focus(),
  });

  return (
    <div className={css.page}>
      <div className={css.tools}>
        <h1>{t("queue.title")}</h1>
        <div className={css.views} role="group" aria-label={t("queue.views")}>
          {VIEWS.map((each, index) => (
            <button key={each} type="button" className={css.view} aria-pressed={view === each} aria-keyshortcuts={String(index + 1)} title={`${t(`queue.view.${each}`)} (${index + 1})`} data-testid={`view-${each}`} onClick={() => showView(each)}>
              {t(`queue.view.${each}`)}
              <span className={css.count}>{totals[each]}{older !== "none" && each !== "waiting" && each !== "active" && "+"}</span>
            </button>
          ))}
        </div>
        <div className={css.grow} />
        <SearchField label={t("queue.search")} hint={t("queue.searchHint")} value={q} inputRef={search} onChange={(text) => show({ q: text === "" ? undefined : text })} />
      </div>
      {status === "reconnecting" && <div className={css.banner}><Notice tone="warn" icon="sync">{t("queue.reconnecting")}</Notice></div>}
      <div className={css.scroll}>
        {status === "failed" ? (
          <Empty icon="alert" title={t("queue.failed")} text={errorText(t, error)}>
            <Button kind="primary" onClick={() => liveQueue.reload()}>{t("app.retry")}</Button>
          </Empty>
        ) : status === "loading" && queue.cursor === 0 ? (
          <Loading label={t("app.loading")} />
        ) : rows.length > 0 ? (
          <>
            <QueueTable rows={rows} sort={sort} onSort={setSort} me={me} selected={selected} claiming={claiming} onOpen={open} onAssign={assign} />
            {older !== "none" && <Older state={older} />}
          </>
        ) : all.length === 0 ? (
          <Empty icon="queue" title={t("queue.emptyTitle")} text={t("queue.emptyText")}>
            <Button icon="keypad" onClick={() => void navigate({ to: "/code" })}>{t("nav.enterCode")}</Button>
            <Button kind="primary" icon="plus" onClick={() => void navigate({ to: "/new" })}>{t("nav.newSession")}</Button>
          </Empty>
        ) : q === "" ? (
          <Empty icon="queue" title={t("queue.emptyView")}>{older !== "none" && <Older state={older} />}</Empty>
        ) : (
          <Empty icon="search" title={t("queue.noMatch", { search: q })}>
            <Button onClick={() => show({ q: undefined })}>{t("queue.clear")}</Button>
            {older !== "none" && <Older state={older} />}
          </Empty>
        )}
      </div>
      <div className={css.status} role="status" data-testid="queue-status" data-status={status}>
        {status === "live" && <><span className={css.dot} />{t("queue.live")}</>}
        <span className={css.grow} />
        {older === "none" ? t("queue.count", { count: rows.length }) : t("queue.countSoFar", { count: rows.length })}
      </div>
    </div>
  );
}

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
