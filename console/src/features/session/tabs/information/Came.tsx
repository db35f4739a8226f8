import { useTranslation } from "react-i18next";

import { channelName, useSetup, type Session } from "@/api";
import { Facts } from "@/ui";

/** How a request came by a channel's link, and which rules brought it where it is. */
export function Came({ session }: { session: Session }) {
  const { t, i18n } = useTranslation();
  const { data: setup } = useSetup();
  const { call } = session;
  if (call == null) return null;
  const rules = new Intl.ListFormat(i18n.language).format(call.rules);
  return (
    <section data-testid="call-facts">
      <h2>{t("call.session.came")}</h2>
      <Facts items={[
        ...(call.department == null ? [] : [[t("call.session.department"), call.department] as const]),
        [t("call.session.link"), call.link_name],
        [t("call.session.entry"), channelName(setup, call.entry)],
        [t("call.session.rule"), call.rules.length === 0 ? t("call.session.noRule") : rules],
      ]} />
    </section>
  );
}
