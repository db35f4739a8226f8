/** What the technician was told, behind a bell; and the telling itself. */

import { useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { TFunction } from "i18next";

import { notices, useSetup, channelName, type Notice } from "@/api";
import { moment } from "@/i18n/format";
import { Button, Icon, Popover, tellNew, untell, useLatest, useNow } from "@/ui";

import css from "./bell.module.css";
import { doing, fresh } from "./plan";
import { ring } from "@/shared/sound";
import { lead, leave, look, lookedAt, TAB } from "./tabs";

/** A page that shows a session; null for any other. */
const sessionOf = (path: string): string | null => /^\/sessions\/([^/]+)/.exec(path)?.[1] ?? null;
const keyOf = (notice: Notice): string => `${notice.session.id} ${notice.event}`;
const urgent = (notice: Notice): boolean => notice.event === "alarm_red" || notice.event === "assigned" || notice.event === "offered";

const NONE: readonly Notice[] = [];

/** In one line: whose session it is. */
const about = (notice: Notice): string => [`#${notice.session.number}`, notice.session.person, notice.session.subject].filter((part) => part != null && part !== "").join(" · ");

/** `onUnseen` hears how many were not seen yet. */
export function Bell({ onUnseen }: { onUnseen: (count: number) => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { data: setup } = useSetup();
  const { data } = notices.useNotices(true);
  const all = data ?? NONE;
  const now = useNow();
  const open = (session: string): void => void navigate({ to: "/sessions/$id", params: { id: session } });
  useTelling(data, open);
  const unseen = all.filter((notice) => !notice.seen).length;
  useEffect(() => onUnseen(unseen), [unseen, onUnseen]);
  const newest = all[0]?.id ?? 0;
  return (
    <Popover
      label={unseen === 0 ? t("notices.title") : `${t("notices.title")} (${t("notices.unseen", { count: unseen })})`}
      icon="bell"
      shortcut="notices"
      testId="notices"
      width={380}
      count={unseen}
      render={(close) => (
        <div className={css.list}>
          <div className={css.head}>
            <h2>{t("notices.title")}</h2>
            {unseen > 0 && <Button size="xs" kind="quiet" testId="all-seen" onClick={() => void notices.seeAll(newest).catch(() => undefined)}>{t("notices.allSeen")}</Button>}
          </div>
          {all.length === 0 && <p className={css.none}>{t("notices.none")}</p>}
          <ul>
            {all.map((notice) => (
              <li key={notice.id} data-seen={notice.seen}>
                <button type="button" className={css.notice} data-testid="notice-row" onClick={() => { close(); open(notice.session.id); }}>
                  <Icon name={iconOf(notice)} size={16} />
                  <span className={css.words}>
                    <b>{t(`notices.event.${notice.event}`)}</b>
                    <span>{about(notice)}</span>
                    <span className={css.dim}>{[channelName(setup, notice.session.channel), notice.by ?? "", moment(notice.at, now, i18n.language)].filter((part) => part !== "").join(" · ")}</span>
                  </span>
                  {!notice.seen && <span className={css.dot} role="img" aria-label={t("notices.new")} />}
                </button>
              </li>
            ))}
          </ul>
          <Button size="xs" testId="notice-settings" onClick={() => { close(); void navigate({ to: "/account/notifications" }); }}>{t("notices.choose")}</Button>
        </div>
      )}
    />
  );
}

function iconOf({ event }: Notice) {
  if (event === "message") return "chat" as const;
  if (event === "alarm_amber" || event === "alarm_red") return "alert" as const;
  if (event === "waiting" || event === "returned") return "clock" as const;
  if (event === "ended_by_end_user" || event === "expired") return "expired" as const;
  return "user" as const;
}

/** Tells of each new notice once, by the tab whose part it is. */
function useTelling(all: readonly Notice[] | undefined, open: (session: string) => void): void {
  const { t } = useTranslation();
  const { data: chosen } = notices.useNotifications();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const session = sessionOf(path);
  const [leads, setLeads] = useState(false);
  // What there was when this page was opened is in the list; it is not told again.
  const told = useRef<number | null>(null);
  const latest = useLatest({ open, t, volume: chosen?.preferences.volume ?? 60, leads });

  useEffect(() => {
    const over = new AbortController();
    lead(over.signal, () => setLeads(true));
    return () => over.abort();
  }, []);

  useEffect(() => {
    const write = (): void => look(session);
    write();
    for (const event of ["focus", "blur"]) addEventListener(event, write);
    document.addEventListener("visibilitychange", write);
    addEventListener("pagehide", leave);
    return () => {
      for (const event of ["focus", "blur"]) removeEventListener(event, write);
      document.removeEventListener("visibilitychange", write);
      removeEventListener("pagehide", leave);
    };
  }, [session]);

  // What is on the page in front of somebody is seen.
  useEffect(() => {
    const see = (): void => {
      if (session !== null && document.hasFocus() && all?.some((notice) => !notice.seen && notice.session.id === session) === true) void notices.seeSession(session).catch(() => undefined);
    };
    see();
    addEventListener("focus", see);
    return () => removeEventListener("focus", see);
  }, [session, all]);

  useEffect(() => {
    // Not known yet: what there is then was there before.
    if (all === undefined) return;
    const newest = all[0]?.id;
    if (told.current === null) {
      told.current = newest ?? 0;
      return;
    }
    for (const notice of fresh(all, told.current)) tellOf(notice, latest.current);
    told.current = Math.max(told.current, newest ?? 0);
    for (const notice of all) if (notice.seen) untell(keyOf(notice));
  }, [all, latest]);
}

function tellOf(notice: Notice, { open, t, volume, leads }: { open: (session: string) => void; t: TFunction; volume: number; leads: boolean }): void {
  const plan = doing(notice, { id: TAB, leads }, lookedAt());
  const title = t(`notices.event.${notice.event}`);
  const go = (): void => open(notice.session.id);
  if (plan.toast) tellNew(keyOf(notice), title, about(notice), { label: t("notices.open"), onClick: go });
  if (plan.sound) ring(volume, urgent(notice) ? "urgent" : "plain");
  if (plan.desktop && "Notification" in globalThis && Notification.permission === "granted") {
    const shown = new Notification(title, { body: about(notice), tag: keyOf(notice), icon: "/icon.svg" });
    shown.onclick = () => {
      window.focus();
      shown.close();
      go();
    };
  }
}
