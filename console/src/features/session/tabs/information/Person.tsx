import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import { Facts } from "@/ui";

import { present } from "./present";

export function Person({ session }: { session: Session }) {
  const { t } = useTranslation();
  const person = present([
    [t("session.name"), session.person],
    [t("newSession.company"), session.company],
    [t("newSession.email"), session.email],
    [t("newSession.phone"), session.phone],
    [t("session.outcome"), session.outcome == null ? null : t(`outcome.${session.outcome}`)],
    [t("session.note"), session.note],
  ]);
  return (
    <section>
      <h2>{t("session.person")}</h2>
      {person.length > 0 ? <Facts items={person} /> : <p>{t("session.notNamed")}</p>}
    </section>
  );
}
