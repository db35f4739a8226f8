import { useTranslation } from "react-i18next";

import { useSetup, type Session } from "@/api";

import { Earlier } from "./Earlier";
import css from "./helps.module.css";

/** What helps now: what to say and ask in this channel, and who was here before. */
export function HelpsNow({ session }: { session: Session }) {
  const { data: setup } = useSetup();
  const script = setup?.channels.find(({ id }) => id === session.channel)?.setup.script ?? null;
  return (
    <>
      {script !== null && session.state !== "closed" && session.state !== "expired" && <Script text={script} />}
      <Earlier session={session} />
    </>
  );
}

function Script({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <section className={css.part} data-testid="script">
      <h2>{t("sessionTabs.script")}</h2>
      <div className={css.script} dir="auto">{text}</div>
    </section>
  );
}
