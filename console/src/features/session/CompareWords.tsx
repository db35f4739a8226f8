/** Where no secret was shared: the words that the person has to see, too. */

import { useTranslation } from "react-i18next";

import type { RemoteState } from "@/remote/state";
import { alphabetOf, spoken } from "@/remote/seal/words";
import { Chip } from "@/ui";

import css from "./session.module.css";

function useSpoken(places: RemoteState["words"]): string[] {
  const { i18n } = useTranslation();
  return places === null ? [] : spoken(places, alphabetOf(i18n.language));
}

/** In the stage's card, before the person has agreed. */
export function CompareWords({ state }: { state: RemoteState }) {
  const { t } = useTranslation();
  const words = useSpoken(state.words);
  if (words.length === 0) return null;
  return (
    <div className={css.compare} role="group" aria-label={t("together.compare.title")}>
      <h3>{t("together.compare.title")}</h3>
      <ol className={css.spoken} aria-label={t("together.compare.words")} data-testid="pairing-words">
        {words.map((word, index) => <li key={index}>{word}</li>)}
      </ol>
      <p>{t("together.compare.text")}</p>
    </div>
  );
}

/** In the toolbar, for as long as the session is seen. */
export function WordsChip({ state }: { state: RemoteState }) {
  const { t } = useTranslation();
  const words = useSpoken(state.words);
  if (words.length === 0) return null;
  return <Chip tone="info" icon="lock" testId="words-chip" hint={[t("together.compare.hint", { words: words.join(" ") })]}>{t("together.compare.chip")}</Chip>;
}
