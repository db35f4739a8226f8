/** Numbers and times in the person's language. */

/** `4:07`, `1:02:09`, or with days `3d 04:10`. Never negative. */
export function duration(ms: number, language: string): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const pad = (n: number): string => String(n).padStart(2, "0");
  const [days, hours, minutes] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60];
  if (days > 0) return `${unit(days, "day", language, "narrow")} ${pad(hours)}:${pad(minutes)}`;
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(seconds % 60)}` : `${minutes}:${pad(seconds % 60)}`;
}

/** `7 minutes 11 seconds`: for waits that a person has to sit out. The last second is still one. */
export function durationInWords(ms: number, language: string): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  const part = (count: number, name: "hour" | "minute" | "second"): string => (count === 0 ? "" : unit(count, name, language, "long"));
  return [part(Math.floor(seconds / 3600), "hour"), part(Math.floor(seconds / 60) % 60, "minute"), part(seconds % 60, "second")].filter((text) => text !== "").join(" ");
}

/** `1 hr 15 min`: time spent. */
export function minutesSpent(minutes: number, language: string): string {
  const part = (count: number, name: "hour" | "minute"): string => (count === 0 ? "" : unit(count, name, language, "short"));
  return [part(Math.floor(minutes / 60), "hour"), part(minutes % 60, "minute")].filter((text) => text !== "").join(" ") || unit(0, "minute", language, "short");
}

/** Day, time and seconds: for those who want to know exactly. */
export const exactMoment = (at: number, language: string): string => new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "medium" }).format(at);

/** Today: the time; else day and time. */
export function moment(at: number, now: number, language: string): string {
  const sameDay = new Date(at).toDateString() === new Date(now).toDateString();
  return new Intl.DateTimeFormat(language, sameDay ? { timeStyle: "short" } : { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit" }).format(at);
}

export function bytes(count: number, language: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;
  const power = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(count) / 10));
  // The short form of bytes is their singular in most languages: "295 byte".
  return unit(count / 2 ** (10 * power), units[power] ?? "byte", language, power === 0 ? "long" : "short", power > 2 ? 1 : 0);
}

export const milliseconds = (count: number, language: string): string => unit(count, "millisecond", language, "short", 1);

/** Of kilobits a second. */
export const bitrate = (count: number, language: string): string =>
  count < 1000 ? unit(count, "kilobit-per-second", language, "short") : unit(count / 1000, "megabit-per-second", language, "short", 1);

function unit(count: number, name: string, language: string, unitDisplay: "narrow" | "short" | "long", maximumFractionDigits = 0): string {
  return new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay, maximumFractionDigits }).format(count);
}

/** Today: the time; this year: day and month; else with the year. */
export function day(at: number, now: number, language: string): string {
  const [then, today] = [new Date(at), new Date(now)];
  if (then.toDateString() === today.toDateString()) return moment(at, now, language);
  const year = then.getFullYear() === today.getFullYear() ? {} : ({ year: "numeric" } as const);
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...year }).format(at);
}
