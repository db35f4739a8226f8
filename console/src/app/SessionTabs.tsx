import { Link, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, liveQueue, useQueue, useTechnician, type Session } from "@/api";
import { lastQueueSearch } from "@/shared/queueSearch";
import { sessionName } from "@/shared/sessionName";
import { unreadIn } from "@/shared/unread";
import { useSteady } from "@/shared/useSteady";
import { Icon, IconButton, useShortcuts } from "@/ui";

import css from "./tabs.module.css";
import { closeTab, neighbour, openTab, shownTabs, stepFrom, useTabs } from "./tabs";

/** Sessions that are held or were opened, one press away from each other. */
export function SessionTabs() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const me = useTechnician()?.id;
  const { queue, status } = useSteady(useQueue(), 100);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const current = /^\/sessions\/([^/]+)$/.exec(path)?.[1] ?? null;
  const tabs = useTabs();
  const held = Array.from(queue.sessions.values()).filter((session) => session.state === "active" && session.owner?.id === me).sort((a, b) => a.number - b.number);
  const ids = shownTabs(tabs, held.map(({ id }) => id));
  const isHeld = (id: string): boolean => held.some((session) => session.id === id);

  useEffect(() => {
    if (current !== null) openTab(current);
  }, [current]);
  const listed = status === "live";
  const missing = listed ? ids.filter((id) => !queue.sessions.has(id)).join() : "";
  const asked = useRef(new Set<string>());
  useEffect(() => {
    // Older than what is loaded here; or not, or no longer, for this technician.
    for (const id of missing.split(",").filter((each) => each !== "" && !asked.current.has(each))) {
      asked.current.add(id);
      liveQueue.fetch(id).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === "not_found") closeTab(id, false);
      });
    }
  }, [missing]);

  const open = (id: string | undefined): void => {
    if (id !== undefined) void navigate({ to: "/sessions/$id", params: { id } });
  };
  const close = (id: string): void => {
    closeTab(id, isHeld(id));
    if (id !== current) return;
    const beside = neighbour(ids, id);
    if (beside === null) void navigate({ to: "/", search: lastQueueSearch() });
    else open(beside);
  };
  useShortcuts({
    nextTab: ids.length === 0 ? undefined : () => open(stepFrom(ids, current, 1)),
    previousTab: ids.length === 0 ? undefined : () => open(stepFrom(ids, current, -1)),
    closeTab: current === null ? undefined : () => close(current),
  });

  if (ids.length === 0) return null;
  return (
    <nav className={css.tabs} aria-label={t("tabs.title")} data-testid="tabs">
      {ids.map((id) => <Tab key={id} id={id} session={queue.sessions.get(id)} current={id === current} mine={isHeld(id)} onClose={() => close(id)} />)}
    </nav>
  );
}

function Tab({ id, session, current, mine, onClose }: { id: string; session: Session | undefined; current: boolean; mine: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (current) place.current?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [current]);
  const unread = session === undefined ? 0 : unreadIn(session);
  const name = session === undefined ? t("app.loading") : sessionName(t, session);
  const number = session === undefined ? "" : `#${session.number}`;
  return (
    <div className={css.tab} data-current={current} data-mine={mine} data-testid="tab" ref={place}>
      <Link to="/sessions/$id" params={{ id }} title={mine ? t("tabs.yours", { name }) : name} {...(current && { "aria-current": "page" })}>
        {mine && <span className={css.mine} aria-hidden="true" />}
        <span className={css.number}>{number}</span>
        <span className={css.name}>{name}</span>
        {unread > 0 && <span className={css.unread} role="img" aria-label={t("chat.unread", { count: unread })}><Icon name="chat" size={12} />{unread}</span>}
      </Link>
      <IconButton small label={t("tabs.close", { name: `${number} ${name}` })} icon="close" testId="close-tab" onClick={onClose} />
    </div>
  );
}
