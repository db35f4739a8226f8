import { useState } from "react";
import { useTranslation } from "react-i18next";

import { desk, life, may, useSetup, type Channel, type Session, type Setup } from "@/api";
import { moment } from "@/i18n/format";
import { toBase64Url } from "@/remote/bytes";
import { LINK_SECRET_BYTES, linkClaimHash, linkPublic } from "@/remote/seal/link";
import { keeper } from "@/shared/keeper";
import { isOver } from "@/shared/over";
import { Button, Menu, tell, useNow, useShortcuts, type MenuSection } from "@/ui";

import { HoldDialog } from "./HoldDialog";
import { MoveDialog } from "./MoveDialog";

interface Props {
  session: Session;
  me: string;
  busy: boolean;
  change: (run: (session: Session) => Promise<Session>) => Promise<boolean>;
}

/** What can be done with a session's life now: on hold and on, confirmed or not, reopened; elsewhere under "More". */
export function LifeButtons({ session, me, busy, change }: Props) {
  const { t, i18n } = useTranslation();
  const { data: setup } = useSetup();
  const now = useNow();
  const [asking, setAsking] = useState<"hold" | "move" | null>(null);
  const mine = session.state === "active" && session.owner?.id === me;
  const here = (permission: "session_close_others" | "session_reopen" | "session_move" | "session_open"): boolean => may(setup, permission, session.channel);

  /** Does it, and tells what came of it, unless the page itself says so. */
  const run = async (move: (session: Session) => Promise<Session>, told?: (after: Session) => string): Promise<boolean> => {
    let after = session;
    const done = await change(async (before) => (after = await move(before)));
    if (done && told !== undefined) tell(told(after));
    return done;
  };
  const where = (after: Session): string => (after.owner == null ? t("life.inQueue") : t("life.withOwner", { owner: after.owner.name }));
  const resume = (): void => void run(life.resume);
  const hold = async (why: string, until: number | null): Promise<void> => {
    const held = await run((it) => life.hold(it, why, until));
    if (held) setAsking(null);
  };
  const move = async (channel: Channel): Promise<void> => {
    if (await run((it) => desk.edit(it, { channel: channel.id }), () => t("life.moved", { channel: channel.setup.name }))) setAsking(null);
  };
  const renewLink = (): void => {
    // Born here; only what is derived from it leaves this browser.
    const secret = crypto.getRandomValues(new Uint8Array(LINK_SECRET_BYTES));
    void run((it) => life.renewLink(it, toBase64Url(linkPublic(secret)), toBase64Url(linkClaimHash(secret))), (after) => {
      keeper.keepLinkSecret(after.id, secret);
      return t("life.linkRenewed", { time: moment(after.invite?.expires_at ?? now, now, i18n.language) });
    });
  };

  const others = otherWay(setup, session);
  const mayMove = !isOver(session) && session.state !== "closed" && others.length > 0 && here("session_move") && (mine || session.owner == null);
  const mayRenew = !isOver(session) && session.state !== "closed" && session.program === "away" && session.reach !== "in_person" && here("session_open") && (mine || session.owner == null) && (session.detail !== "invited" || session.started_at != null);
  useShortcuts({ move: mayMove ? () => setAsking("move") : undefined });
  const entries: MenuSection["entries"] = [
    ...(mayMove ? [{ label: t(session.reach === "in_person" ? "life.toRemote" : "life.toInPerson"), onClick: () => setAsking("move"), testId: "move", shortcut: "move" as const }] : []),
    ...(mayRenew ? [{ label: t("life.renewLink"), onClick: renewLink, testId: "renew-link" }] : []),
  ];
  const awaiting = session.detail === "awaiting_confirmation";
  const reopens = session.state === "closed" && !awaiting && session.reopen_until != null && session.reopen_until > now && here("session_reopen");
  return (
    <>
      {mine && session.detail === "on_hold" && <Button size="xs" kind="primary" icon="forward" busy={busy} testId="resume" shortcut="hold" onClick={resume}>{t("life.resume")}</Button>}
      {mine && session.detail !== "on_hold" && <Button size="xs" icon="clock" busy={busy} testId="hold" shortcut="hold" onClick={() => setAsking("hold")}>{t("life.hold")}</Button>}
      {awaiting && here("session_close_others") && <Button size="xs" kind="primary" icon="check" busy={busy} testId="confirm" shortcut="confirmSolved" onClick={() => void run(life.confirm, () => t("life.confirmed"))}>{t("life.confirm")}</Button>}
      {awaiting && here("session_reopen") && <Button size="xs" busy={busy} testId="reject" shortcut="rejectDone" onClick={() => void run(life.reject, (after) => t("life.rejected", { where: where(after) }))}>{t("life.reject")}</Button>}
      {reopens && <Button size="xs" icon="sync" busy={busy} testId="reopen" shortcut="reopen" onClick={() => void run(life.reopen, (after) => t("life.reopened", { where: where(after) }))}>{t("life.reopen")}</Button>}
      {entries.length > 0 && <Menu label={t("life.more")} icon="down" sections={[{ entries }]} testId="more" />}
      {asking === "hold" && <HoldDialog session={session} busy={busy} onClose={() => setAsking(null)} onSubmit={(why, until) => void hold(why, until)} />}
      {asking === "move" && <MoveDialog session={session} channels={others} busy={busy} onClose={() => setAsking(null)} onSubmit={(channel) => void move(channel)} />}
    </>
  );
}

/** The channels that work the other way. */
function otherWay(setup: Setup | undefined, session: Session): Channel[] {
  const wanted = session.reach === "in_person" ? "remote" : "in_person";
  return setup?.channels.filter(({ id, setup: channel }) => id !== session.channel && (channel.kind ?? "remote") === wanted) ?? [];
}
