import type { TFunction } from "i18next";

import type { Session } from "@/api";

/** What a session is called: its person; where nobody was named, the computer and who sits at it. */
export function sessionName(t: TFunction, session: Session): string {
  const person = session.person?.trim();
  if (person) return person;
  const host = session.device?.host_name?.trim();
  const user = session.device?.user?.trim();
  if (host) return user ? t("queue.computerOf", { host, user }) : t("queue.computer", { host });
  return user ? user : t("queue.noPerson");
}
