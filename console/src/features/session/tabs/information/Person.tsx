import { useTranslation } from "react-i18next";

import { useSetup, type Session } from "@/api";
import { Facts } from "@/ui";

import { present } from "./present";

export function Person({ session }: { session: Session }) {
  const { t } = useTranslation();
  // Where the desk knows companies, it stands with the request, to be chosen.
  const chosen = (useSetup().data?.companies.length ?? 0) > 0;
  const person = present([
    [t("session.name"), session.person],
    [t("newSession.company"), chosen ? null : session.company],
    [t("newSession.email"), session.email],
    [t("newSession.phone"), session.phone],
  ]);
  return (
    <section>
      <h2>{t("session.person")}</h2>
      {person.length > 0 ? <Facts items={person} /> : <p>{t("session.notNamed")}</p>}
    </section>
  );
}
