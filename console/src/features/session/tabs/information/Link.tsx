import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import { exactMoment, moment } from "@/i18n/format";
import { InviteMail } from "@/shared/InviteMail";
import { useInviteLink } from "@/shared/invite";
import { CopyField, useNow } from "@/ui";

/** Somebody may still come by it: they wait, or work goes on and their program is away. */
const useful = ({ state, program, reach }: Session): boolean => reach !== "in_person" && (state === "waiting" || (state === "active" && program === "away"));

/** The link that was sent, while it can still be used. */
export function Link({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const link = useInviteLink(session);
  if (session.invite == null || !useful(session)) return null;
  return (
    <section>
      <h2>{t("session.link")}</h2>
      {link === null ? <p>{t("session.linkHere")}</p> : (
        <>
          <CopyField label={t("session.link")} value={link} copyLabel={t("app.copy")} copiedLabel={t("app.copied")} testId="invite-link" />
          <InviteMail session={session} link={link} />
        </>
      )}
      <p title={exactMoment(session.invite.expires_at, i18n.language)}>{t("session.expiresAt", { time: moment(session.invite.expires_at, now, i18n.language) })}</p>
    </section>
  );
}
