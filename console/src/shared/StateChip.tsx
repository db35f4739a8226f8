import { useTranslation } from "react-i18next";

import type { Session, SessionDetail, SessionState } from "@/api";
import { Chip, Wide, type IconName, type Tone } from "@/ui";

const DETAIL: Record<SessionDetail, [Tone, IconName]> = {
  invited: ["neutral", "mail"],
  ready: ["info", "check"],
  connected: ["good", "wave"],
  reconnecting: ["warn", "sync"],
  in_person: ["good", "user"],
  on_hold: ["warn", "clock"],
  awaiting_confirmation: ["info", "help"],
};
const STATE: Record<SessionState, [Tone, IconName]> = {
  waiting: ["neutral", "clock"],
  active: ["good", "wave"],
  closed: ["neutral", "archive"],
  expired: ["bad", "expired"],
};

/** State in an icon and words, never by colour alone. */
export function StateChip({ session }: { session: Session }) {
  const { t } = useTranslation();
  const [tone, icon]: [Tone, IconName] = session.detail === "invited" && session.call != null ? ["warn", "noScreen"] : session.detail == null ? STATE[session.state] : DETAIL[session.detail];
  // Who asked by a channel's link was there already.
  const away = session.detail === "invited" && session.call != null;
  const more = away ? t("call.session.away") : session.detail != null ? t(`detail.${session.detail}`) : session.outcome != null ? t(`outcome.${session.outcome}`) : null;
  return (
    <Chip tone={tone} icon={icon} testId="state">
      {more === null ? t(`state.${session.state}`) : <><Wide>{t(`state.${session.state}`)} · </Wide>{more}</>}
    </Chip>
  );
}
