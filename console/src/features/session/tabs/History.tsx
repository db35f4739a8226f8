import { useTranslation } from "react-i18next";

import { exactMoment, moment } from "@/i18n/format";
import { Loading, useNow } from "@/ui";

import css from "./tabs.module.css";
import type { TabProps } from "./tab";

/** What happened to the session, oldest first. */
export default function History({ session, history }: TabProps) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  if (history === null) return <Loading label={t("app.loading")} />;
  if (history.length === 0) return <p className={css.nothing}>{t("session.noHistory")}</p>;
  return (
    <ol className={css.history} data-testid="history">
      {history.map((entry, index) => (
        <li key={`${entry.at}-${entry.kind}-${index}`}>
          <time dateTime={new Date(entry.at).toISOString()} title={exactMoment(entry.at, i18n.language)}>{moment(entry.at, now, i18n.language)}</time>
          <span>
            {t(`event.${entry.kind}`)}
            {entry.by != null && <span className={css.by}>{entry.by}</span>}
            {entry.kind === "called" && session.call != null && session.call.rules.length > 0 && <span className={css.by}>{t("call.session.byRule", { rules: session.call.rules.join(", ") })}</span>}
          </span>
        </li>
      ))}
    </ol>
  );
}
