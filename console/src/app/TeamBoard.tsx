import { useTranslation } from "react-i18next";

import { useQueue, useSetup, useTeam, useTechnician, type Standing } from "@/api";
import { duration } from "@/i18n/format";
import { useSteady } from "@/shared/useSteady";
import { Chip, Loading, Mark, Notice, Popover, useNow, type Tone } from "@/ui";

import { because, FACES } from "./Availability";
import { waitingBy, type Waiting } from "./load";
import css from "./team.module.css";

const TONES: Record<Standing["effective"]["availability"], Tone> = { available: "good", busy: "warn", away: "neutral", off_shift: "neutral" };
const ORDER = ["available", "busy", "away", "off_shift"];

/** Who is there, who holds how much, and how many wait where. */
export function TeamBoard() {
  const { t } = useTranslation();
  return <Popover label={t("team.title")} icon="team" testId="team" shortcut="team" width={380}><Board /></Popover>;
}

function Board() {
  const { t } = useTranslation();
  const { data, isError } = useTeam();
  const me = useTechnician()?.id;
  const { queue } = useSteady(useQueue(), 500);
  const { data: setup } = useSetup();
  const waiting = waitingBy(queue.sessions.values());
  const people = data === undefined ? [] : [...data].sort((a, b) => ORDER.indexOf(a.effective.availability) - ORDER.indexOf(b.effective.availability) || a.name.localeCompare(b.name));
  return (
    <div className={css.board} data-testid="board">
      <section>
        <h3>{t("team.waiting")}</h3>
        <table className={css.table}>
          <thead className={css.spoken}><tr><th scope="col">{t("queue.column.channel")}</th><th scope="col">{t("team.waiting")}</th><th scope="col">{t("team.longest")}</th></tr></thead>
          <tbody>
            {(setup?.channels ?? []).map((channel) => <ChannelLine key={channel.id} name={channel.setup.name} waiting={waiting.get(channel.id)} />)}
          </tbody>
        </table>
      </section>
      <section>
        <h3>{t("team.people")}</h3>
        {isError ? <Notice tone="warn" icon="alert">{t("team.failed")}</Notice> : data === undefined ? <Loading label={t("app.loading")} /> : (
          <table className={css.table}>
            <thead className={css.spoken}><tr><th scope="col">{t("team.person")}</th><th scope="col">{t("team.yours")}</th><th scope="col">{t("team.sessions")}</th></tr></thead>
            <tbody>{people.map((standing) => <Person key={standing.id} standing={standing} me={standing.id === me} />)}</tbody>
          </table>
        )}
      </section>
    </div>
  );
}

function ChannelLine({ name, waiting }: { name: string; waiting: Waiting | undefined }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  return (
    <tr data-testid="board-channel">
      <th scope="row">{name}</th>
      <td className={css.number}>{waiting === undefined ? <span className={css.dim}>0</span> : <strong>{waiting.count}</strong>}</td>
      <td className={css.number}>{waiting !== undefined && <span className={css.dim}>{t("team.since", { time: duration(now - waiting.since, i18n.language) })}</span>}</td>
    </tr>
  );
}

function Person({ standing, me }: { standing: Standing; me: boolean }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { availability } = standing.effective;
  const why = because(t, standing, now, i18n.language);
  const full = standing.load >= standing.limit;
  return (
    <tr data-testid="board-person">
      <th scope="row"><span className={css.name}>{standing.name}{me && <span className={css.dim}> · {t("queue.you")}</span>}</span>{why !== null && <span className={css.why}>{why}</span>}</th>
      <td><Chip tone={TONES[availability]} icon={FACES[availability]}>{t(`team.availability.${availability}`)}</Chip></td>
      <td className={css.number}><Mark tone={full ? "warn" : "neutral"}>{t("team.load", { load: standing.load, limit: standing.limit })}</Mark></td>
    </tr>
  );
}
