import type { TFunction } from "i18next";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { team, useQueue, useTeam, useTechnician, type Availability as Choice, type Standing } from "@/api";
import { moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { useSteady } from "@/shared/useSteady";
import { Button, Dialog, Menu, Row, tell, tellError, useNow, Wide, type IconName } from "@/ui";

import { holders } from "./load";
import css from "./team.module.css";

const CHOICES = ["available", "busy", "away", "off_shift"] as const satisfies readonly Choice[];
export const FACES: Record<Choice, IconName> = { available: "check", busy: "hand", away: "clock", off_shift: "moon" };

/** What it comes to where that is not what was chosen; null where it is. */
export function because(t: TFunction, { effective }: Standing, now: number, language: string): string | null {
  const cause = effective.because;
  if (cause === "chosen") return null;
  if ("at_limit" in cause) return t("team.atLimit", cause.at_limit);
  // Somebody who was never here has not been heard from since the beginning of time.
  if ("silent" in cause) return cause.silent.since <= 0 ? t("team.never") : t("team.silent", { time: moment(cause.silent.since, now, language) });
  return t("team.shiftOver", { time: moment(cause.shift_over.since, now, language) });
}

/** What the relay says of the team, asked again when sessions change hands. */
function useLiveTeam() {
  const { queue } = useSteady(useQueue(), 500);
  const { data, refetch } = useTeam();
  const hands = holders(queue.sessions.values());
  useEffect(() => void refetch(), [hands, refetch]);
  return data;
}

/** Whether new sessions come to the technician: chosen here, and what it comes to. */
export function Availability() {
  const { t, i18n } = useTranslation();
  const me = useTechnician()?.id;
  const data = useLiveTeam();
  const now = useNow();
  const [leaving, setLeaving] = useState<number | null>(null);
  const standing = data?.find(({ id }) => id === me);
  if (standing === undefined) return null;
  const is = standing.effective.availability;
  const why = because(t, standing, now, i18n.language);

  const choose = async (availability: Choice): Promise<void> => {
    try {
      await team.chooseAvailability(availability);
      setLeaving(null);
      tell(t(`team.told.${availability}`));
    } catch (error) {
      tellError(errorText(t, error));
    }
  };
  const pick = (availability: Choice): void => {
    if (availability === "off_shift" && standing.load > 0) setLeaving(standing.load);
    else if (availability !== standing.chosen || availability !== is) void choose(availability);
  };
  const load = t("team.load", { load: standing.load, limit: standing.limit });
  return (
    <>
      <Menu
        label={t("team.yours")}
        icon={FACES[is]}
        words={<span className={css.switch} data-availability={is}><Wide>{t(`team.availability.${is}`)}</Wide><span className={css.load}>{load}</span></span>}
        testId="availability"
        shortcut="availability"
        sections={[{
          title: why ?? t("team.holding", { load: standing.load, limit: standing.limit }),
          entries: CHOICES.map((choice) => ({ label: t(`team.availability.${choice}`), hint: t(`team.means.${choice}`), selected: standing.chosen === choice, testId: `be-${choice}`, onClick: () => pick(choice) })),
        }]}
      />
      <LeaveDialog count={leaving} onClose={() => setLeaving(null)} onLeave={() => choose("off_shift")} />
    </>
  );
}

/** Asked before sessions go back. */
function LeaveDialog({ count, onClose, onLeave }: { count: number | null; onClose: () => void; onLeave: () => Promise<void> }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const leave = (): void => {
    setBusy(true);
    void onLeave().finally(() => setBusy(false));
  };
  return (
    <Dialog title={t("team.leaveTitle")} opened={count !== null} onClose={onClose} closeLabel={t("app.close")}>
      <div className={css.leave}>
        <p data-testid="leave-text">{t("team.goBack", { count: count ?? 0 })}</p>
        <p className={css.dim}>{t("team.leaveText")}</p>
        <Row>
          <Button kind="danger" busy={busy} testId="leave" onClick={leave}>{t("team.leave")}</Button>
          <Button autoFocus onClick={onClose}>{t("app.cancel")}</Button>
        </Row>
      </div>
    </Dialog>
  );
}
