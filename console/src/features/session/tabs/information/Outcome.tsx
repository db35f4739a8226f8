import { useTranslation } from "react-i18next";

import type { Session } from "@/api";

import css from "../tabs.module.css";

/** How it went, and what was done. */
export function Outcome({ session: { outcome, note } }: { session: Session }) {
  const { t } = useTranslation();
  if (outcome == null && (note ?? "") === "") return null;
  return (
    <section data-testid="outcome">
      <h2>{t("session.outcome")}</h2>
      {outcome != null && <p className={css.outcome}>{t(`outcome.${outcome}`)}</p>}
      {note != null && <p className={css.done} dir="auto">{note}</p>}
    </section>
  );
}
