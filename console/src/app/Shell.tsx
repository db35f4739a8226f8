/** The frame around all pages of a signed-in technician; shows the sign-in page to everybody else. */

import { Link, Outlet, useNavigate, useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, liveQueue, mayAnywhere, notices, restore, signOut, useDesk, useSetup, useTechnician } from "@/api";
import { SignInPage } from "@/features/signin/SignInPage";
import { LANGUAGES, setLanguage } from "@/i18n";
import { errorText } from "@/shared/errorText";
import { useForgetting } from "@/shared/keeper";
import { useSpentRemotes } from "@/shared/remote";
import { mayManage } from "@/shared/managing";
import { lastQueueSearch } from "@/shared/queueSearch";
import { Button, Menu, useColorScheme, useShortcuts, type ColorScheme } from "@/ui";
import css from "@/ui/ui.module.css";

import { Availability } from "./Availability";
import { Bell } from "./notices/Bell";
import { showIcon, titled } from "./notices/badge";
import { HelpDialog } from "./Help";
import { DeadEnd, Pending } from "./fallbacks";
import { OffersInbox } from "./OffersInbox";
import { SessionTabs } from "./SessionTabs";
import { TeamBoard } from "./TeamBoard";

export function Shell() {
  const { t } = useTranslation();
  const technician = useTechnician();
  const [restoring, setRestoring] = useState<"busy" | "done" | ApiError>("busy");
  const id = technician?.id;

  const start = (): void => {
    restore().then(
      () => setRestoring("done"),
      (error: unknown) => setRestoring(error instanceof ApiError ? error : new ApiError("internal")),
    );
  };
  const again = (): void => {
    setRestoring("busy");
    start();
  };
  useEffect(start, []);
  useEffect(() => {
    if (id === undefined) return undefined;
    liveQueue.start();
    return () => liveQueue.stop();
  }, [id]);

  if (technician !== null) return <SignedIn key={technician.id} name={technician.name} />;
  if (restoring === "busy") return <Pending />;
  if (restoring === "done") return <main className={css.main}><SignInPage /></main>;
  return <DeadEnd icon="alert" title={t("stage.failedTitle")} text={errorText(t, restoring)}><Button kind="primary" onClick={again}>{t("app.retry")}</Button></DeadEnd>;
}

function SignedIn({ name }: { name: string }) {
  const { t, i18n } = useTranslation();
  const { data: desk } = useDesk();
  const { data: setup } = useSetup();
  const navigate = useNavigate();
  const [help, setHelp] = useState(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  // From elsewhere back to what was shown; in the queue itself, to all of it.
  const queue = path === "/" ? {} : lastQueueSearch();
  useShortcuts({ queue: () => void navigate({ to: "/", search: queue }), help: () => setHelp(true) });
  const [unseen, setUnseen] = useState(0);
  useEffect(() => {
    document.title = titled(desk === undefined ? t("app.name") : `${desk.name} · ${t("app.name")}`, unseen);
    showIcon(unseen);
  }, [desk, unseen, t]);
  useEffect(() => () => showIcon(0), []);
  // Mail to the technician is written in the language of their console.
  useEffect(() => void notices.tellLanguage(i18n.language).catch(() => undefined), [i18n.language]);
  return (
    <div className={css.shell}>
      <Forgetting />
      <a className={css.skip} href="#main">{t("app.skip")}</a>
      <header className={css.bar}>
        <Link to="/" className={css.brand} aria-label={desk?.name ?? t("app.name")}>
          <img src="/icon.svg" alt="" />
          <span className={css.hideNarrow}>{desk?.name ?? t("app.name")}</span>
        </Link>
        <nav aria-label={t("nav.main")}>
          <Link to="/" search={queue} className={css.navLink} aria-keyshortcuts="q" title={`${t("nav.queue")} (Q)`} {...(path === "/" && { "aria-current": "page" })}>{t("nav.queue")}</Link>
          {mayAnywhere(setup, "load_view") && <Link to="/load" className={css.navLink} data-testid="nav-load" {...(path === "/load" && { "aria-current": "page" })}>{t("times.load.nav")}</Link>}
          {mayManage(setup) && <Link to="/settings" className={css.navLink} data-testid="nav-settings" {...(path.startsWith("/settings") && { "aria-current": "page" })}>{t("settings.nav")}</Link>}
        </nav>
        <div className={css.grow} />
        <Availability />
        <TeamBoard />
        <Bell onUnseen={setUnseen} />
        <Button icon="keypad" size="xs" testId="nav-code" shortcut="enterCode" narrow={t("nav.enterCode")} onClick={() => void navigate({ to: "/code" })}>{t("nav.enterCode")}</Button>
        <Button icon="plus" kind="primary" size="xs" testId="nav-new" shortcut="newSession" narrow={t("nav.newSession")} onClick={() => void navigate({ to: "/new", state: { fresh: Date.now() } })}>{t("nav.newSession")}</Button>
        <AccountMenu name={name} onHelp={() => setHelp(true)} />
      </header>
      <div className={css.below}>
        <OffersInbox />
        <SessionTabs />
      </div>
      <main className={css.main} id="main" tabIndex={-1}>
        <Outlet />
      </main>
      <HelpDialog opened={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** Apart, so that the page around is not drawn again for each change of the queue. */
function Forgetting() {
  useForgetting();
  useSpentRemotes();
  return null;
}

function AccountMenu({ name, onHelp }: { name: string; onHelp: () => void }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const { scheme, setScheme } = useColorScheme();
  const schemes: readonly (readonly [ColorScheme, string])[] = [["light", t("nav.light")], ["dark", t("nav.dark")], ["auto", t("nav.system")]];
  return (
    <Menu
      label={t("nav.account")}
      icon="user"
      testId="account"
      shortcut="account"
      sections={[
        { title: name, entries: [{ label: t("account.nav"), testId: "nav-account", onClick: () => void navigate({ to: "/account" }) }, { label: t("nav.help"), onClick: onHelp, shortcut: "help" }] },
        { title: t("nav.language"), entries: LANGUAGES.map((l) => ({ label: l.name, selected: i18n.language === l.code, onClick: () => void setLanguage(l.code) })) },
        { title: t("nav.theme"), entries: schemes.map(([value, label]) => ({ label, selected: scheme === value, onClick: () => setScheme(value) })) },
        { entries: [{ label: t("nav.signOut"), testId: "sign-out", onClick: () => void signOut().catch(() => undefined) }] },
      ]}
    />
  );
}
