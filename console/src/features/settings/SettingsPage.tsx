/** The settings: areas beside, and the page of one of them. */

import { Link, Navigate, Outlet, useRouterState } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { may, useSetup } from "@/api";
import { errorText } from "@/shared/errorText";
import { mayManage } from "@/shared/managing";
import { Button, Empty, Loading } from "@/ui";

import { AREAS, SetupContext } from "./context";
import css from "./settings.module.css";

export function SettingsPage() {
  const { t } = useTranslation();
  const { data: setup, error, refetch } = useSetup();
  const path = useRouterState({ select: (state) => state.location.pathname });
  if (setup === undefined) {
    return error === null ? <Loading label={t("app.loading")} /> : <Empty whole icon="alert" title={t("settings.loadFailed")} text={errorText(t, error)}><Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button></Empty>;
  }
  if (!mayManage(setup)) return <Empty whole icon="lock" title={t("settings.nothingToManage")} />;
  return (
    <SetupContext value={setup}>
      <div className={css.layout}>
        <nav className={css.side} aria-label={t("settings.areas")}>
          {AREAS.map((area) => (
            <Link key={area} to="/settings/$area" params={{ area }} {...(path.startsWith(`/settings/${area}`) && { "aria-current": "page" })}>{t(`settings.area.${area}`)}</Link>
          ))}
          {may(setup, "webhook_manage") && <Link to="/settings/webhooks" {...(path === "/settings/webhooks" && { "aria-current": "page" })}>{t("webhooks.title")}</Link>}
          {may(setup, "webhook_manage") && <Link to="/settings/api-tokens" {...(path === "/settings/api-tokens" && { "aria-current": "page" })}>{t("tokens.title")}</Link>}
          {may(setup, "audit_view") && <Link to="/settings/audit" {...(path === "/settings/audit" && { "aria-current": "page" })}>{t("audit.title")}</Link>}
        </nav>
        <div className={css.body}><Outlet /></div>
      </div>
    </SetupContext>
  );
}

export const FirstArea = () => <Navigate to="/settings/$area" params={{ area: "channels" }} replace />;
