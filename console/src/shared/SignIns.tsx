/** Where somebody is signed in. */

import { useState } from "react";
import { useTranslation } from "react-i18next";

import { account, cache, type SignInPlace } from "@/api";
import { moment } from "@/i18n/format";
import { Button, Chip, Loading, Notice, tell, tellError, useNow } from "@/ui";

import { agentName } from "./agent";
import { errorText } from "./errorText";
import css from "./signins.module.css";

/** `end` ends one of them; without, they are only shown. */
export function SignIns({ technician, end }: { technician?: string; end?: (id: number) => Promise<void> }) {
  const { t } = useTranslation();
  const { data, error } = account.useSignIns(technician);
  const [busy, setBusy] = useState<number | null>(null);
  if (data === undefined) return error === null ? <Loading label={t("app.loading")} /> : <Notice tone="bad" icon="alert">{errorText(t, error)}</Notice>;
  const over = (id: number): void => {
    setBusy(id);
    end?.(id)
      .then(() => tell(t("account.ended")))
      .catch((refusal: unknown) => tellError(errorText(t, refusal)))
      .finally(() => {
        setBusy(null);
        void cache.invalidateQueries({ queryKey: account.signInsKey(technician) });
      });
  };
  if (data.length === 0) return <p className={css.dim}>{t("account.nowhere")}</p>;
  return (
    <ul className={css.list} aria-label={t("account.signIns")}>
      {data.map((place) => (
        <li key={place.id} data-testid="sign-in-place">
          <Place place={place} />
          {place.this && <Chip tone="good" icon="check">{t("account.thisOne")}</Chip>}
          {end !== undefined && !place.this && <Button size="xs" busy={busy === place.id} testId="end-sign-in" onClick={() => over(place.id)}>{t("account.end")}</Button>}
        </li>
      ))}
    </ul>
  );
}

function Place({ place }: { place: SignInPlace }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const time = (at: number): string => moment(at, now, i18n.language);
  return (
    <div className={css.place}>
      <b>{agentName(place.agent) ?? t("account.unknownProgram")}</b>
      <span className={css.dim}>{[place.network ?? "", place.since == null ? "" : t("account.since", { time: time(place.since) }), place.heard_at == null ? "" : t("account.heard", { time: time(place.heard_at) })].filter((text) => text !== "").join(" · ")}</span>
    </div>
  );
}
