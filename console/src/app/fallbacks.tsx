import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button, Centered, Empty, Loading, type IconName } from "@/ui";

export function Pending() {
  const { t } = useTranslation();
  return <Centered><Loading label={t("app.loading")} /></Centered>;
}

/** A page that has nothing to show but why, and what to do. */
export const DeadEnd = ({ icon, title, text, children }: { icon: IconName; title: string; text: string; children: ReactNode }) => (
  <main><Centered>
    <Empty whole icon={icon} title={title} text={text}>{children}</Empty>
  </Centered></main>
);

export function NotFoundPage() {
  const { t } = useTranslation();
  return <DeadEnd icon="help" title={t("notFound.title")} text={t("notFound.text")}><Button kind="primary" onClick={() => location.assign("/")}>{t("notFound.home")}</Button></DeadEnd>;
}

export function CrashPage() {
  const { t } = useTranslation();
  return <DeadEnd icon="alert" title={t("crash.title")} text={t("crash.text")}><Button kind="primary" onClick={() => location.reload()}>{t("crash.reload")}</Button></DeadEnd>;
}
