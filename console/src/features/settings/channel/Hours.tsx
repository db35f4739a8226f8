import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";

import { ApiError, setup as access, type TriedHours } from "@/api";
import { durationInWords } from "@/i18n/format";
import { Button, Check, DateField, Group, IconButton, Menu, Notice, Radios, SearchSelect, TextField, TimeField } from "@/ui";

import css from "../settings.module.css";
import type { PanelProps } from "./ChannelPage";
import { faultText } from "./faults";
import { DAYS, faultOf, openings, weekOf, WORKDAYS, type ChannelSetup, type Day, type Opening } from "./parts";

export type Calendar = NonNullable<ChannelSetup["hours"]>;
type Holiday = NonNullable<Calendar["holidays"]>[number];

const office = (): Calendar => ({
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  week: weekOf((day) => (WORKDAYS.includes(day) ? [{ from: "08:00", to: "18:00" }] : [])),
  holidays: [],
});

export function Hours({ id, draft }: Pick<PanelProps, "id" | "draft">) {
  const { t } = useTranslation();
  const { value: { hours }, set } = draft;
  return (
    <>
      <p className={css.dim}>{t("settings.hours.text")}</p>
      <Radios label={t("settings.channel.tab.hours")} bare value={hours === null ? "always" : "week"} onChange={(chosen) => set({ hours: chosen === "always" ? null : office() })} options={[{ value: "always", label: t("settings.hours.always"), hint: t("settings.hours.alwaysHint") }, { value: "week", label: t("settings.hours.by"), hint: t("settings.hours.byHint") }]} />
      {hours !== null && <Calendar id={id} calendar={hours} onChange={(change) => set({ hours: { ...hours, ...change } })} />}
    </>
  );
}

function Calendar({ id, calendar, onChange }: { id: string; calendar: Calendar; onChange: (change: Partial<Calendar>) => void }) {
  const { t } = useTranslation();
  const zones = useMemo(() => Array.from(new Set([calendar.time_zone, "UTC", ...Intl.supportedValuesOf("timeZone")]), (zone) => ({ value: zone, label: zone.replaceAll("_", " ") })), [calendar.time_zone]);
  const holidays = calendar.holidays ?? [];
  const setDay = (day: Day, hours: readonly Opening[]): void => onChange({ week: weekOf((it) => (it === day ? hours : openings(calendar, it))) });
  const copy = (day: Day, onto: readonly Day[]): void => onChange({ week: weekOf((it) => openings(calendar, onto.includes(it) ? day : it)) });
  const setHoliday = (at: number, change: Partial<Holiday>): void => onChange({ holidays: holidays.map((it, index) => (index === at ? { ...it, ...change } : it)) });
  return (
    <>
      <div style={{ maxWidth: 360 }}><SearchSelect label={t("settings.hours.zone")} nothing={t("settings.nothingFound")} value={calendar.time_zone} options={zones} onChange={(time_zone) => onChange({ time_zone })} testId="time-zone" /></div>
      <Group title={t("settings.hours.week")}>
        <div className={css.week}>
          {DAYS.map((day) => {
            const name = t(`settings.hours.day.${day}`);
            return (
              <div key={day} className={css.dayRow} data-testid={`day-${day}`}>
                <strong>{name}</strong>
                <Openings name={name} hours={openings(calendar, day)} onChange={(hours) => setDay(day, hours)} />
                <Menu label={t("settings.hours.copyDay", { day: name })} icon="paste" testId={`copy-${day}`} sections={[
                  { title: t("settings.hours.copyDay", { day: name }), entries: [{ label: t("settings.hours.copyWeekdays"), onClick: () => copy(day, WORKDAYS), testId: "copy-weekdays" }, { label: t("settings.hours.copyAll"), onClick: () => copy(day, DAYS) }] },
                  { entries: DAYS.filter((it) => it !== day).map((it) => ({ label: t(`settings.hours.day.${it}`), onClick: () => copy(day, [it]) })) },
                ]} />
              </div>
            );
          })}
        </div>
      </Group>
      <Group title={t("settings.hours.holidays")} text={t("settings.hours.holidaysText")}>
        {holidays.length === 0 && <p className={css.dim}>{t("settings.hours.noHolidays")}</p>}
        {holidays.map((holiday, index) => {
          const yearly = /^\d\d-\d\d$/.test(holiday.on);
          const year = new Date().getFullYear();
          const name = holiday.name ?? holiday.on;
          return (
            <div key={index} className={css.rowLine} data-testid="holiday">
              <DateField label={t("settings.hours.date")} value={yearly ? `${year}-${holiday.on}` : holiday.on} onChange={(on) => setHoliday(index, { on: yearly ? on.slice(5) : on })} />
              <TextField label={t("settings.hours.holidayName")} value={holiday.name ?? ""} maxLength={60} onChange={(text) => setHoliday(index, { name: text })} />
              <Check label={t("settings.hours.everyYear")} checked={yearly} onChange={(on) => setHoliday(index, { on: on ? holiday.on.slice(5) : `${year}-${holiday.on}` })} />
              <Openings name={name === "" ? t("settings.hours.holidays") : name} hours={holiday.hours ?? []} onChange={(hours) => setHoliday(index, { hours: [...hours] })} />
              <IconButton icon="cross" label={t("settings.hours.removeHoliday", { day: name })} onClick={() => onChange({ holidays: holidays.filter((_, it) => it !== index) })} />
            </div>
          );
        })}
        <div><Button size="xs" icon="plus" onClick={() => onChange({ holidays: [...holidays, { on: `${new Date().getFullYear()}-12-25`, name: "", hours: [] }] })} testId="add-holiday">{t("settings.hours.addHoliday")}</Button></div>
      </Group>
      <Preview id={id} calendar={calendar} />
    </>
  );
}

/** The openings of one day. */
function Openings({ name, hours, onChange }: { name: string; hours: readonly Opening[]; onChange: (hours: readonly Opening[]) => void }) {
  const { t } = useTranslation();
  const put = (at: number, change: Partial<Opening>): void => onChange(hours.map((it, index) => (index === at ? { ...it, ...change } : it)));
  const last = hours.at(-1);
  const fault = faultOf(hours);
  return (
    <div className={css.openings}>
      {fault !== null && <span className={css.wrong} role="alert">{t(`settings.hours.fault.${fault}`, { day: name })}</span>}
      {hours.length === 0 && <span className={css.dim}>{t("settings.hours.closed")}</span>}
      {hours.map((opening, index) => (
        <span key={index} className={css.opening}>
          <TimeField label={t("settings.hours.from", { day: name, number: index + 1 })} bare value={opening.from} onChange={(from) => put(index, { from })} />
          <span aria-hidden="true">–</span>
          <TimeField label={t("settings.hours.to", { day: name, number: index + 1 })} bare value={opening.to} onChange={(to) => put(index, { to })} />
          <IconButton icon="cross" label={t("settings.hours.removeOpening", { day: name, number: index + 1 })} onClick={() => onChange(hours.filter((_, it) => it !== index))} />
        </span>
      ))}
      <IconButton icon="plus" label={t("settings.hours.addOn", { day: name })} onClick={() => onChange([...hours, last === undefined ? { from: "08:00", to: "18:00" } : { from: last.to, to: "24:00" }])} />
    </div>
  );
}

/** The relay's own answer, by the clocks of the place: when it is open next, and what the change of the clocks does. */
function Preview({ id, calendar }: { id: string; calendar: Calendar }) {
  const { t, i18n } = useTranslation();
  const [answer, setAnswer] = useState<{ for: string; tried: TriedHours | null; problem: ApiError | null } | null>(null);
  const asked = JSON.stringify(calendar);
  useEffect(() => {
    let current = true;
    const take = (tried: TriedHours | null, problem: ApiError | null): void => {
      if (current) setAnswer({ for: asked, tried, problem });
    };
    // Not for each letter that is typed.
    const timer = setTimeout(() => {
      access.tryHours(id, JSON.parse(asked) as Calendar).then((tried) => take(tried, null), (error: unknown) => take(null, error instanceof ApiError ? error : new ApiError("internal")));
    }, 300);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [id, asked]);
  const zone = calendar.time_zone.replaceAll("_", " ");
  const there = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat => new Intl.DateTimeFormat(i18n.language, { ...options, timeZone: calendar.time_zone });
  const time = (at: number): string => there({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
  const span = ({ from, to }: TriedHours["openings"][number]): string => there({ weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" }).formatRange(from, to);
  const stale = answer === null || answer.for !== asked;
  const tried = answer?.tried ?? null;
  const fault = answer?.problem?.more.fault;
  const now = tried?.openings[0];
  const endless = now !== undefined && now.to - now.from >= 13 * 86_400_000;
  const change = tried?.clock_change;
  return (
    <Group title={t("settings.hours.next")} text={t("settings.hours.byClock", { zone })}>
      <div aria-live="polite" aria-busy={stale} data-testid="next-openings" data-stale={stale} className={css.preview}>
        {answer === null ? <p className={css.dim}>{t("settings.hours.checking")}</p> : answer.problem !== null ? (
          <Notice tone={fault === undefined ? "warn" : "bad"} icon="alert" testId="hours-fault">{fault === undefined ? t("settings.hours.cannotCheck") : faultText(t, fault)}</Notice>
        ) : tried !== null && (
          <>
            <p>{now === undefined ? t("settings.hours.none") : !tried.open ? t("settings.hours.closedNow") : endless ? t("settings.hours.openAlways") : t("settings.hours.openNow", { time: time(now.to) })}</p>
            {!(tried.open && endless) && <ul className={css.plain}>{tried.openings.map((opening) => <li key={opening.from}>{span(opening)}</li>)}</ul>}
            <p className={css.dim} data-testid="clock-change">{change == null ? t("settings.hours.noChange", { zone }) : t(change.by > 0 ? "settings.hours.forward" : "settings.hours.back", { date: there({ dateStyle: "long" }).format(change.at), zone, time: durationInWords(Math.abs(change.by) * 1000, i18n.language) })}</p>
          </>
        )}
      </div>
    </Group>
  );
}
