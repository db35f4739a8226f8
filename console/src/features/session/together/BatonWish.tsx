import { useTranslation } from "react-i18next";

import type { Session } from "@/api";
import type { RemoteSession } from "@/remote/session";
import type { RemoteState } from "@/remote/state";
import { Button, Icon } from "@/ui";

import css from "./together.module.css";
import { useTogether } from "./useTogether";

/** A colleague would like to control: whoever can give it is asked, in one line. */
export function BatonWish({ session, me, remote, state }: { session: Session; me: string; remote: RemoteSession; state: RemoteState }) {
  const { t } = useTranslation();
  const act = useTogether(session, me);
  const { wanted } = state;
  const baton = session.team?.baton ?? session.owner?.id;
  if (wanted === null || (baton !== me && session.owner?.id !== me) || baton === wanted.id) return null;
  return (
    <div className={css.wish} role="status" data-testid="baton-wish">
      <Icon name="pointer" size={16} />
      <span>{t("together.wants", { name: wanted.name })}</span>
      <Button size="xs" kind="primary" busy={act.busy} testId="grant-wish" onClick={() => act.passControl(wanted.id)}>{t("together.passControl")}</Button>
      <Button size="xs" testId="refuse-wish" onClick={() => remote.heardWish()}>{t("together.notNow")}</Button>
    </div>
  );
}
