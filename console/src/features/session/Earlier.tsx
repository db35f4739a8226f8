import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { useEarlier, type EarlierSession, type Session } from "@/api";
import { day, exactMoment } from "@/i18n/format";
import { sessionName } from "@/shared/sessionName";
import { StateChip } from "@/shared/StateChip";
import { useNow } from "@/ui";

import css from "./helps.module.css";

/** Earlier sessions of the person, and what their company asked lately. */
export function Earlier({ session }: { session: Session }) {
  const { t } = useTranslation();
  const { data, error } = useEarlier(session.id, session.version);
  if (data === undefined) return error === null ? null : <p className={css.dim}>{t("sessionTabs.earlier.failed")}</p>;
  return (
    <>
      <section className={css.part} data-testid="earlier">
        <h2>{t("sessionTabs.earlier.person")}</h2>
        {data.person.length === 0 ? <p className={css.dim}>{t("sessionTabs.earlier.none")}</p> : (
          <ul className={css.list}>{data.person.map((one) => <One key={one.session.id} session={one.session} same={one.same} />)}</ul>
        )}
      </section>
      {data.company.length > 0 && (
        <section className={css.part} data-testid="earlier-company">
          <h2>{t("sessionTabs.earlier.company", { company: session.company ?? "" })}</h2>
          <ul className={css.list}>{data.company.map((one) => <One key={one.id} session={one} named />)}</ul>
        </section>
      )}
    </>
  );
}

function One({ session, same = [], named = false }: { session: Session; same?: EarlierSession["same"]; named?: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const name = sessionName(t, session);
  return (
    <li className={css.one}>
      <Link to="/sessions/$id" params={{ id: session.id }} aria-label={t("session.heading", { number: session.number, name: session.subject ?? name })}>
        <span className={css.line}><span className={css.number}>#{session.number}</span><time dateTime={new Date(session.created_at).toISOString()} title={exactMoment(session.created_at, i18n.language)}>{day(session.created_at, now, i18n.language)}</time><StateChip session={session} /></span>
        <span className={css.subject} dir="auto">{session.subject ?? name}</span>
        {session.note != null && <span className={css.note} dir="auto">{session.note}</span>}
        <span className={css.why}>{[named ? name : null, ...same.map((by) => t(`sessionTabs.earlier.same.${by}`)), session.owner?.name].filter((text) => text != null && text !== "").join(" · ")}</span>
      </Link>
    </li>
  );
}
