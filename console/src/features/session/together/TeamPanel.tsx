import { useState } from "react";
import { useTranslation } from "react-i18next";

import { may, useOffers, useSetup, together, type Offer, type Right, type Session } from "@/api";
import { duration } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Checks, Chip, Dialog, Dim, Icon, Mark, Row, tellError, useNow } from "@/ui";

import { OfferDialog } from "./OfferDialog";
import { hueOf } from "./Pointers";
import { PrivateChat } from "./PrivateChat";
import css from "./together.module.css";
import { useCrew } from "./useCrew";
import { isIn, membersOf, RIGHTS, useRemoteOf, useTogether } from "./useTogether";

/** Who is in the session, who controls, what is offered, and what technicians write among themselves. */
export function TeamPanel({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const { data: setup } = useSetup();
  const [offering, setOffering] = useState<together.Purpose | null>(null);
  const active = session.state === "active";
  const lead = session.owner?.id === me;
  const inside = isIn(session, me);
  const allowed = (permission: Parameters<typeof may>[1]): boolean => may(setup, permission, session.channel) || may(setup, permission);
  const reads = allowed("chat_private");
  return (
    <div className={css.panel} data-testid="team-panel">
      {active && (
        <section>
          <h2>{t("together.members")}</h2>
          <Members session={session} me={me} />
          {session.team?.from != null && <Dim>{t("together.from", { name: session.team.from })}</Dim>}
          <Row>
            {lead && allowed("session_invite_technician") && <Button size="xs" icon="plus" testId="invite-technician" shortcut="invite" onClick={() => setOffering("collaborate")}>{t("together.invite")}</Button>}
            {!inside && allowed("session_supervise") && <LookIn session={session} me={me} />}
            {!lead && allowed("session_take_over") && <TakeOver session={session} me={me} />}
          </Row>
        </section>
      )}
      <Outgoing session={session} me={me} />
      {reads && <PrivateChat session={session} writes={inside} />}
      {!active && !reads && <Dim>{t("together.nothing")}</Dim>}
      {offering !== null && <OfferDialog session={session} purpose={offering} opened onClose={() => setOffering(null)} />}
    </div>
  );
}

/** In the head of the session's page, for who may offer it. */
export function Transfer({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const { data: setup } = useSetup();
  const [offering, setOffering] = useState(false);
  const needed = session.owner?.id === me ? "session_transfer" : "session_transfer_others";
  if (session.state !== "active" || !(may(setup, needed, session.channel) || may(setup, needed))) return null;
  return (
    <>
      <Button size="xs" icon="forward" testId="transfer" shortcut="transfer" narrow={t("together.transfer")} onClick={() => setOffering(true)}>{t("together.transfer")}</Button>
      {offering && <OfferDialog session={session} purpose="transfer" opened onClose={() => setOffering(false)} />}
    </>
  );
}

export function LookIn({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const { busy, lookIn } = useTogether(session, me);
  return <Button size="xs" icon="screen" busy={busy} testId="look-in" onClick={lookIn}>{t("together.lookIn")}</Button>;
}

/** Taking a session from a colleague is asked for twice. */
export function TakeOver({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const { busy, takeOver } = useTogether(session, me);
  const owner = session.owner?.name ?? "";
  const take = (stay: boolean): void => void takeOver(stay).then((done) => done && setAsking(false));
  return (
    <>
      <Button size="xs" icon="hand" testId="take-over" onClick={() => setAsking(true)}>{t("together.takeOver")}</Button>
      <Dialog title={t("together.takeOverTitle", { owner })} opened={asking} onClose={() => setAsking(false)} closeLabel={t("app.close")}>
        <Dim>{t("together.takeOverText", { owner })}</Dim>
        <Row>
          <Button kind="primary" busy={busy} testId="take-over-stay" onClick={() => take(true)}>{t("together.takeOverStay", { owner })}</Button>
          <Button busy={busy} testId="take-over-alone" onClick={() => take(false)}>{t("together.takeOverAlone")}</Button>
          <Button onClick={() => setAsking(false)}>{t("app.cancel")}</Button>
        </Row>
      </Dialog>
    </>
  );
}

function Members({ session, me }: { session: Session; me: string }) {
  return <ul className={css.members}>{membersOf(session).map((member) => <Member key={member.id} session={session} me={me} {...member} />)}</ul>;
}

function Member({ session, me, id, name, rights, looksIn }: { session: Session; me: string; id: string; name: string; rights: readonly Right[]; looksIn: boolean }) {
  const { t } = useTranslation();
  const remote = useRemoteOf(session.id);
  const crew = useCrew(remote);
  const act = useTogether(session, me);
  const [changing, setChanging] = useState(false);
  const lead = session.owner?.id;
  const baton = session.team?.baton ?? lead;
  const here = crew?.members.some((member) => member.id === id && member.here) ?? null;
  const leading = lead === me;
  const passes = (leading || baton === me) && id !== baton && rights.includes("control");
  return (
    <li className={css.member} data-testid="member" data-id={id}>
      <div className={css.who}>
        <span className={css.dot} data-hue={hueOf(id)} aria-hidden="true" />
        <span className={css.name}>{name}{id === me && <span className={css.dim}> · {t("queue.you")}</span>}</span>
        {id === lead && <Mark tone="info">{t("together.lead")}</Mark>}
        {looksIn && <Mark tone="warn">{t("together.looksIn")}</Mark>}
        {id === baton && membersOf(session).length > 1 && <Chip tone="good" icon="pointer" testId="baton">{t("together.controls")}</Chip>}
        {here === false && <span className={css.dim}>{t("together.notHere")}</span>}
      </div>
      {id !== lead && <p className={css.rights}>{rights.map((right) => t(`together.right.${right}`)).join(" · ")}</p>}
      <div className={css.acts}>
        {passes && <Button size="xs" icon="pointer" busy={act.busy} testId="pass-control" onClick={() => act.passControl(id)}>{id === me ? t("together.takeControl") : t("together.passControl")}</Button>}
        {id === me && id !== baton && !leading && rights.includes("control") && <Button size="xs" icon="hand" testId="want-control" onClick={() => remote?.wantBaton()}>{t("together.wantControl")}</Button>}
        {leading && id !== me && <Button size="xs" kind="quiet" icon="lock" testId="member-rights" onClick={() => setChanging(true)}>{t("together.changeRights")}</Button>}
        {leading && id !== me && !looksIn && <Button size="xs" kind="quiet" icon="star" busy={act.busy} testId="hand-over" onClick={() => act.handOver(id)}>{t("together.handOver")}</Button>}
        {leading && id !== me && <Button size="xs" kind="quiet" icon="cross" busy={act.busy} testId="remove-member" onClick={() => void act.remove(id)}>{t("together.remove")}</Button>}
        {id === me && !leading && <Button size="xs" icon="back" busy={act.busy} testId="leave-team" onClick={() => void act.remove(id)}>{t("together.leave")}</Button>}
      </div>
      {changing && <RightsDialog name={name} rights={rights} onClose={() => setChanging(false)} onSave={(now) => {
        act.setRights(id, now);
        setChanging(false);
      }} />}
    </li>
  );
}

function RightsDialog({ name, rights, onClose, onSave }: { name: string; rights: readonly Right[]; onClose: () => void; onSave: (rights: readonly Right[]) => void }) {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState(rights);
  return (
    <Dialog title={t("together.rightsOf", { name })} opened onClose={onClose} closeLabel={t("app.close")}>
      <Checks title={t("together.rights")} options={RIGHTS.filter((right) => right !== "view").map((right) => ({ value: right, label: t(`together.right.${right}`) }))} chosen={chosen} onChange={(now) => setChosen(["view", ...(now as Right[])])} testId="rights" />
      <Dim>{t("together.rightsText")}</Dim>
      <Row>
        <Button kind="primary" testId="rights-save" onClick={() => onSave(chosen)}>{t("together.save")}</Button>
        <Button onClick={onClose}>{t("app.cancel")}</Button>
      </Row>
    </Dialog>
  );
}

function Outgoing({ session, me }: { session: Session; me: string }) {
  const { t } = useTranslation();
  const { data } = useOffers();
  const open = (data ?? []).filter((offer) => offer.session === session.id && (offer.by.id === me || session.owner?.id === me));
  if (open.length === 0) return null;
  return (
    <section>
      <h2>{t("together.offered")}</h2>
      <ul className={css.members}>{open.map((offer) => <OneOutgoing key={offer.id} offer={offer} />)}</ul>
    </section>
  );
}

function OneOutgoing({ offer }: { offer: Offer }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const [busy, setBusy] = useState(false);
  const withdraw = (): void => {
    setBusy(true);
    together.withdraw(offer.id).catch((refusal: unknown) => tellError(errorText(t, refusal))).finally(() => setBusy(false));
  };
  return (
    <li className={css.member} data-testid="outgoing">
      <div className={css.who}>
        <Icon name={offer.purpose === "transfer" ? "forward" : "team"} size={16} />
        <span className={css.name}>{t(`together.offeredTo.${offer.purpose}`, { name: offer.to_name })}</span>
        <span className={css.dim}>{t("together.left", { time: duration(Math.max(0, offer.until - now), i18n.language) })}</span>
      </div>
      {offer.note != null && <p className={css.rights} dir="auto">{offer.note}</p>}
      <div className={css.acts}><Button size="xs" busy={busy} testId="withdraw" onClick={withdraw}>{t("together.withdraw")}</Button></div>
    </li>
  );
}
