/** What belongs to the technician themselves: pages beside, and one of them. */

import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import css from "./account.module.css";

const PAGES = [["/account", "account.profile"], ["/account/notifications", "notices.settings"]] as const;

export function AccountLayout() {
  const { t } = useTranslation();
  const path = useRouterState({ select: (state) => state.location.pathname });
  return (
    <div className={css.layout}>
      <nav className={css.side} aria-label={t("account.pages")}>
        {PAGES.map(([to, title]) => (
          <Link key={to} to={to} activeOptions={{ exact: true }} {...(path.replace(/\/$/, "") === to && { "aria-current": "page" })}>{t(title)}</Link>
        ))}
      </nav>
      <div className={css.body}><Outlet /></div>
    </div>
  );
}
