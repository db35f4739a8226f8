import { useTranslation } from "react-i18next";

import { HelpsNow } from "../HelpsNow";
import { Request } from "../Request";
import { Came } from "./information/Came";
import { Device } from "./information/Device";
import { Link } from "./information/Link";
import { Outcome } from "./information/Outcome";
import { Person } from "./information/Person";
import { Screenshot } from "./information/Screenshot";
import { Times } from "./information/Times";
import css from "./tabs.module.css";
import type { TabProps } from "./tab";

/** Who it is, what they want, on which machine, since when. */
export function Information({ session, me, beside }: TabProps) {
  const { t } = useTranslation();
  return (
    <div className={css.information} data-testid="information">
      <div className={css.stack}>
        {session.subject != null && (
          <section>
            <h2>{t("newSession.subject")}</h2>
            <p className={css.subject} dir="auto">{session.subject}</p>
          </section>
        )}
        <Outcome session={session} />
        <Person session={session} />
        <Came session={session} />
        <Screenshot session={session} />
        <Request session={session} me={me} />
        <Link session={session} />
        <Times session={session} />
        {beside && <HelpsNow session={session} />}
      </div>
      <div className={css.stack}>
        <Device session={session} />
      </div>
    </div>
  );
}
