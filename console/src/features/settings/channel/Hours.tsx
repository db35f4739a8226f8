import { useMemo } from "react";
import { useTranslation } from "react-i18next";

import { Button, Check, Choice, DateField, Group, IconButton, SearchSelect, TextField, TimeField } from "@/ui";

import css from "../settings.module.css";
import type { PanelProps } from "./ChannelPage";
import { DAYS, openings, weekOf, WORKDAYS, type ChannelSetup, type Day, type Opening } from "./parts";

type Calendar = NonNullable<ChannelSetup["hours"]>;
type Holiday = NonNullable<Calendar["holidays"]>[number];

const office = (): Calendar => ({
  time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  week: weekOf((day) => (WORKDAYS.includes(day) ? [{ from: "08:00", to: "18:00" }] : [])),
  holidays: [],
});

export function Hours({ draft }: Pick<PanelProps, "draft">) {
  const { t } = useTranslation();
  const { value: { hours }, set } = draft;
  return (
    <>
      <p className={css.dim}>{t("settings.hours.text")}</p>
      <Choice label={t("settings.channel.tab.hours")} bare value={hours === null ? "always" : "week"} onChange={(chosen) => set({ hours: chosen === "always" ? null : office() })} options={[{ value: "always", label: t("settings.hours.always"), hint: t("settings.hours.alwaysHint") }, { value: "week", label: t("settings.hours.by"), hint: t("settings.hours.byHint") }]} />
      {hours !== null && <Calendar calendar={hours} onChange={(change) => set({ hours: { ...hours, ...change } })} />}
    </>
  );
}

function Calendar({ calendar, onChange }: { calendar: Calendar; onChange: (change: Partial<Calendar>) => void }) {
  const { t } = useTranslation();
  const zones = useMemo(() => Array.from(new Set([calendar.time_zone, "UTC", ...Intl.supportedValuesOf("timeZone")]), (zone) => ({ value: zone, label: zone.replaceAll("_", " ") })), [calendar.time_zone]);
  const holidays = calendar.holidays ?? [];
  const setDay = (day: Day, hours: readonly Opening[]): void => onChange({ week: weekOf((it) => (it === day ? hours : openings(calendar, it))) });
  const copy = (day: Day): void => onChange({ week: weekOf((it) => openings(calendar, WORKDAYS.includes(it) ? day : it)) });
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
                {day === "monday" ? <Button size="xs" onClick={() => copy(day)} testId="copy-week">{t("settings.hours.copy")}</Button> : <span />}
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
    </>
  );
}

/** The openings of one day. */
function Openings({ name, hours, onChange }: { name: string; hours: readonly Opening[]; onChange: (hours: readonly Opening[]) => void }) {
  const { t } = useTranslation();
  const put = (at: number, change: Partial<Opening>): void => onChange(hours.map((it, index) => (index === at ? { ...it, ...change } : it)));
  const last = hours.at(-1);
  return (
    <div className={css.openings}>
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
