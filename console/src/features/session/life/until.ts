/** Until when a session is to wait. Pure. */

export const CHOICES = ["half", "hour", "morning", "at", "hand"] as const;
export type Choice = (typeof CHOICES)[number];

const MINUTE = 60_000;
const LONGEST = 366 * 24 * 60 * MINUTE;

/** Local day, as a date field has it. */
export const dayOf = (at: number): string => {
  const date = new Date(at);
  const pad = (n: number): string => String(n).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
};

/** Null: by hand. Undefined: what was typed is no moment that lies ahead. */
export function until(choice: Choice, now: number, day: string, time: string): number | null | undefined {
  switch (choice) {
    case "half":
      return now + 30 * MINUTE;
    case "hour":
      return now + 60 * MINUTE;
    case "morning": {
      const date = new Date(now);
      return new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1, 8).getTime();
    }
    case "hand":
      return null;
    case "at": {
      if (!/^\d{4}-\d{2}-\d{2}$/.test(day) || !/^([01]?\d|2[0-3]):[0-5]\d$/.test(time)) return undefined;
      const at = new Date(`${day}T${time.padStart(5, "0")}`).getTime();
      return at > now && at <= now + LONGEST ? at : undefined;
    }
  }
}
