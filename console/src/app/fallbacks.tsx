import { useTranslation } from "react-i18next";

import { Button, Centered, Empty, Spinner } from "@/ui";

export function Pending() {
  const { t } = useTranslation();
  return (
    <Centered>
      <div role="status" aria-label={t("app.loading")} style={{ display: "grid", placeItems: "center" }}>
        <Spinner size={28} />
      </div>
    </Centered>
  );
}

export function NotFoundPage() {
  const { t } = useTranslation();
  return (
    <main><Centered>
      <Empty whole icon="help" title={t("notFound.title")} text={t("notFound.text")}>
        <Button kind="primary" onClick={() => location.assign("/")}>{t("notFound.home")}</Button>
      </Empty>
    </Centered></main>
  );
}

export function CrashPage() {
  const { t } = useTranslation();
  return (
    <main><Centered>
      <Empty whole icon="alert" title={t("crash.title")} text={t("crash.text")}>
        <Button kind="primary" onClick={() => location.reload()}>{t("crash.reload")}</Button>
      </Empty>
    </Centered></main>
  );
}
