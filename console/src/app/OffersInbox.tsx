/** What is offered to the technician: a calm line in the frame of every page, until it is answered or over. */

import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { liveQueue, together, useOffers, type Offer } from "@/api";
import { duration } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { Button, Icon, tell, tellError, useNow } from "@/ui";

import css from "./offers.module.css";

export function OffersInbox() {
  const { t } = useTranslation();
  const { data } = useOffers();
  const now = useNow();
  const mine = (data ?? []).filter((offer) => offer.for_me && offer.until > now);
  return (
    <div className={css.inbox} role="region" aria-label={t("together.inbox.title")} aria-live="polite">
      {mine.map((offer, index) => <OneOffer key={offer.id} offer={offer} now={now} first={index === 0} />)}
    </div>
  );
}

function OneOffer({ offer, now, first }: { offer: Offer; now: number; first: boolean }) {
  const { t, i18n } = useTranslation();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const answer = async (run: () => Promise<void>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    try {
      await run();
    } catch (refusal) {
      tellError(errorText(t, refusal));
    } finally {
      setBusy(false);
    }
  };
  const accept = (): void =>
    void answer(async () => {
      const session = await together.accept(offer.id);
      liveQueue.put(session);
      tell(t(`together.inbox.accepted.${offer.purpose}`, { number: session.number }));
      await navigate({ to: "/sessions/$id", params: { id: session.id } });
    });
  const decline = (): void =>
    void answer(async () => {
      await together.decline(offer.id);
    });
  const what = [offer.person, offer.subject].filter((text) => text != null && text !== "").join(" · ");
  return (
    <article className={css.offer} data-testid="offer" data-session={offer.session}>
      <span className={css.badge}><Icon name={offer.purpose === "transfer" ? "forward" : "team"} size={18} /></span>
      <div className={css.text}>
        <p><strong>{t(`together.inbox.${offer.purpose}`, { name: offer.by.name, number: offer.number })}</strong>{what !== "" && <span className={css.dim} dir="auto"> {what}</span>}</p>
        {offer.note != null && <p className={css.noteText} dir="auto">“{offer.note}”</p>}
      </div>
      <span className={css.left} title={t("together.inbox.until")}>{duration(Math.max(0, offer.until - now), i18n.language)}</span>
      <div className={css.acts}>
        <Button size="xs" kind="primary" busy={busy} testId="offer-accept" {...(first && { shortcut: "acceptOffer" as const })} onClick={accept}>{t("together.inbox.accept")}</Button>
        <Button size="xs" busy={busy} testId="offer-decline" {...(first && { shortcut: "declineOffer" as const })} onClick={decline}>{t("together.inbox.decline")}</Button>
      </div>
    </article>
  );
}
