/** The live load of the channels: who waits, who works, what is late. To be read across a room. */

import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { ApiError, useLoad, useQueue, type ChannelBoard, type LoadBoard, type Session, type Standing } from "@/api";
import { duration, moment } from "@/i18n/format";
import { errorText } from "@/shared/errorText";
import { sessionName } from "@/shared/sessionName";
import { pressing, toneOf, wordsOf } from "@/shared/urgency";
import { Button, Chip, Empty, Icon, Loading, Mark, Notice, useNow, type IconName, type Tone } from "@/ui";

import css from "./load.module.css";

export function LoadPage() {
  const { t, i18n } = useTranslation();
  const { data, error, refetch, dataUpdatedAt } = useLoad();
  const { status } = useQueue();
  const now = useNow();
  if (data === undefined) {
    if (error === null) return <Loading label={t("app.loading")} />;
    const mayNot = error instanceof ApiError && error.code === "forbidden";
    return (
      <Empty whole icon={mayNot ? "lock" : "alert"} title={mayNot ? t("times.load.mayNot") : t("times.load.failed")} {...(!mayNot && { text: errorText(t, error) })}>
        {!mayNot && <Button kind="primary" onClick={() => void refetch()}>{t("app.retry")}</Button>}
      </Empty>
    );
  }
  return (
    <div className={css.page} data-testid="load">
      <div className={css.head}>
        <h1>{t("times.load.title")}</h1>
        <p className={css.dim}>{t("times.load.text")}</p>
      </div>
      {(status === "reconnecting" || error !== null) && <Notice tone="warn" icon="sync" testId="stale">{t("times.load.stale", { time: moment(dataUpdatedAt, now, i18n.language) })}</Notice>}
      <Alarms board={data} />
      <div className={css.channels}>{data.channels.map((channel) => <Channel key={channel.id} channel={channel} people={data.technicians.filter(({ id }) => channel.technicians.includes(id))} />)}</div>
    </div>
  );
}

/** What is late in any channel, first of all. */
function Alarms({ board: { alarmed, channels } }: { board: LoadBoard }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  if (alarmed.length === 0) return <p className={css.calm} data-testid="alarms"><Icon name="check" size={16} />{t("times.load.noAlarms")}</p>;
  return (
    <section className={css.alarms} data-testid="alarms" aria-label={t("times.load.alarms")}>
      <h2>{t("times.load.alarms")}</h2>
      <table>
        <thead className={css.spoken}><tr>{(["number", "person", "channel", "what", "who"] as const).map((key) => <th key={key} scope="col">{t(`times.load.${key}`)}</th>)}</tr></thead>
        <tbody>
          {alarmed.map((session) => {
            const press = pressing(session, now);
            return (
              <tr key={session.id} data-testid={`alarm-${session.number}`}>
                <td><SessionLink session={session} /></td>
                <td>{sessionName(t, session)}</td>
                <td className={css.dim}>{channels.find(({ id }) => id === session.channel)?.name}</td>
                <td>{press !== null && <Mark tone={toneOf(press)}><Icon name={press.what === "soon" ? "clock" : "alert"} size={14} />{wordsOf(t, press, now, i18n.language)}</Mark>}</td>
                <td className={css.dim}>{session.owner == null ? t("times.load.unheld") : t("times.load.held", { owner: session.owner.name })}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Channel({ channel, people }: { channel: ChannelBoard; people: readonly Standing[] }) {
  const { t, i18n } = useTranslation();
  const now = useNow();
  const { today } = channel;
  const number = (count: number): string => count.toLocaleString(i18n.language);
  const worst: Tone = channel.red > 0 ? "bad" : channel.amber > 0 ? "warn" : "neutral";
  return (
    <section className={css.channel} data-tone={worst} data-testid="load-channel" aria-labelledby={`load-${channel.id}`}>
      <div className={css.title}>
        <h2 id={`load-${channel.id}`}><Link to="/" search={{ channel: channel.id }} aria-label={t("times.load.inQueue", { channel: channel.name })}>{channel.name}</Link></h2>
        <Door channel={channel} now={now} />
      </div>
      <div className={css.numbers}>
        <Big label={t("times.load.waiting")} value={number(channel.waiting)} tone={worst} more={channel.oldest == null ? null : t("times.load.longest", { time: duration(now - channel.oldest, i18n.language) })} testId="waiting" />
        <Big label={t("times.load.active")} value={number(channel.active)} testId="active" />
        <Big label={t("times.load.late")} value={number(channel.red)} tone={channel.red > 0 ? "bad" : "neutral"} icon={channel.red > 0 ? "alert" : null} testId="late" />
        <Big label={t("times.load.soon")} value={number(channel.amber)} tone={channel.amber > 0 ? "warn" : "neutral"} icon={channel.amber > 0 ? "clock" : null} testId="soon" />
      </div>
      <dl className={css.today} aria-label={t("times.load.today")}>
        <Small label={t("times.load.came")} value={number(today.came)} testId="came" />
        <Small label={t("times.load.answered")} value={number(today.answered)} testId="answered" />
        <Small label={t("times.load.inTarget")} value={today.with_target === 0 ? t("times.load.noTargets") : t("times.load.inTargetOf", { kept: number(today.in_target), all: number(today.with_target) })} testId="in-target" />
        <Small label={t("times.load.closed")} value={number(today.closed)} testId="closed" />
        {today.expired > 0 && <Small label={t("times.load.expired")} value={number(today.expired)} testId="expired" />}
      </dl>
      <div className={css.two}>
        <div>
          <h3>{t("times.load.next")}</h3>
          {channel.first.length === 0 ? <p className={css.dim}>{t("times.load.nobodyWaits")}</p> : (
            <ol className={css.list}>
              {channel.first.map((session) => <Waiting key={session.id} session={session} now={now} />)}
              {channel.waiting > channel.first.length && <li className={css.dim}>{t("times.load.more", { count: channel.waiting - channel.first.length })}</li>}
            </ol>
          )}
        </div>
        <People people={people} />
      </div>
    </section>
  );
}

/** Open, or why not. */
function Door({ channel: { shut, closes_at: closes }, now }: { channel: ChannelBoard; now: number }) {
  const { t, i18n } = useTranslation();
  const time = (at: number): string => moment(at, now, i18n.language);
  if (shut == null) return <Chip tone="good" icon="check" testId="door">{closes == null ? t("times.load.open") : t("times.load.openUntil", { time: time(closes) })}</Chip>;
  if (shut === "gone") return <Chip tone="neutral" icon="cross" testId="door">{t("times.load.gone")}</Chip>;
  if ("full" in shut) return <Chip tone="warn" icon="alert" testId="door">{t("times.load.full")}</Chip>;
  const paused = "paused" in shut;
  const again = paused ? shut.paused.until : shut.outside_hours.opens_at;
  const words = paused ? (again == null ? t("times.load.paused") : t("times.load.pausedUntil", { time: time(again) })) : again == null ? t("times.load.outside_hours") : t("times.load.opens", { time: time(again) });
  return <Chip tone={paused ? "warn" : "neutral"} icon={paused ? "clock" : "moon"} testId="door">{words}</Chip>;
}

function Big({ label, value, more = null, tone = "neutral", icon = null, testId }: { label: string; value: string; more?: string | null; tone?: Tone; icon?: IconName | null; testId: string }) {
  return (
    <div className={css.big} data-tone={tone}>
      <span className={css.label}>{label}</span>
      <span className={css.value} data-testid={testId}>{icon !== null && <Icon name={icon} size={20} />}{value}</span>
      <span className={css.more}>{more}</span>
    </div>
  );
}

function Small({ label, value, testId }: { label: string; value: string; testId: string }) {
  return <div><dt>{label}</dt><dd data-testid={testId}>{value}</dd></div>;
}

function SessionLink({ session }: { session: Session }) {
  const { t } = useTranslation();
  return <Link to="/sessions/$id" params={{ id: session.id }} aria-label={t("times.load.openSession", { number: session.number, name: sessionName(t, session) })}>#{session.number}</Link>;
}

function Waiting({ session, now }: { session: Session; now: number }) {
  const { t, i18n } = useTranslation();
  const press = pressing(session, now);
  const waits = duration(now - (session.came_at ?? session.created_at), i18n.language);
  return (
    <li className={css.row}>
      <SessionLink session={session} />
      <span className={css.name}>{sessionName(t, session)}</span>
      {press === null ? <span className={css.dim}>{waits}</span> : (
        <span title={wordsOf(t, press, now, i18n.language)}><Mark tone={toneOf(press)}><Icon name={press.what === "soon" ? "clock" : "alert"} size={14} />{waits}<span className={css.spoken}>{wordsOf(t, press, now, i18n.language)}</span></Mark></span>
      )}
    </li>
  );
}

const FACES = { available: ["good", "check"], busy: ["warn", "clock"], away: ["neutral", "moon"], off_shift: ["neutral", "moon"] } as const satisfies Record<Standing["effective"]["availability"], readonly [Tone, IconName]>;
const ORDER = ["available", "busy", "away"] as const;

/** Who is off shift is not counted: they are not there to take anything. */
function People({ people }: { people: readonly Standing[] }) {
  const { t } = useTranslation();
  const of = (availability: string): Standing[] => people.filter((it) => it.effective.availability === availability);
  const there = ORDER.flatMap((availability) => of(availability));
  return (
    <div>
      <h3>{t("times.load.people")}</h3>
      {people.length === 0 ? <p className={css.warn}>{t("times.load.nobodyWorks")}</p> : (
        <>
          <p className={css.counts} data-testid="people">{ORDER.map((it) => t(`times.load.${it}`, { count: of(it).length })).join(" · ")}</p>
          <ul className={css.list}>
            {there.map((person) => {
              const { availability } = person.effective;
              const [tone, icon] = FACES[availability];
              return (
                <li key={person.id} className={css.row} data-testid="person">
                  <Mark tone={tone}><Icon name={icon} size={14} /><span className={css.spoken}>{t(`team.availability.${availability}`)}</span></Mark>
                  <span className={css.name}>{person.name}</span>
                  <Mark tone={person.load >= person.limit ? "warn" : "neutral"}>{t("times.load.of", { load: person.load, limit: person.limit })}</Mark>
                </li>
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}
