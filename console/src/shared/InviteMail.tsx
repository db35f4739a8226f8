/**
 * A link goes out by the technician's own mail program: the part after # is secret, and the relay must not get it, not
 * even to send it on.
 */

import { useTranslation } from "react-i18next";

import { useDesk, type Session } from "@/api";
import { moment } from "@/i18n/format";
import { MailLink, useNow } from "@/ui";

import { mailto } from "./mailto";

export function InviteMail({ session, link }: { session: Session; link: string }) {
  const { t, i18n } = useTranslation();
  const { data: desk } = useDesk();
  const now = useNow();
  const until = session.invite == null ? "" : moment(session.invite.expires_at, now, i18n.language);
  const name = desk?.name ?? t("app.name");
  const body = [session.person ? t("inviteMail.hello", { person: session.person }) : t("inviteMail.helloAnybody"), "", t("inviteMail.text", { desk: name }), "", link, "", t("inviteMail.until", { time: until }), t("inviteMail.care"), "", name].join("\r\n");
  return <MailLink href={mailto(session.email ?? "", t("inviteMail.subject", { desk: name }), body)} testId="invite-mail">{t("inviteMail.button")}</MailLink>;
}
