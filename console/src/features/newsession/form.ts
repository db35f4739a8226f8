/** What a new session may say. Pure. */

import type { NewSession, Priority } from "@/api";

/** What is chosen from what is set up; null where the desk decides. */
export interface Decided {
  channel: string | null;
  category: string | null;
  priority: Priority | null;
}
export const UNDECIDED: Decided = { channel: null, category: null, priority: null };
/** From the most urgent. */
export const PRIORITIES = ["urgent", "high", "normal", "low"] as const satisfies readonly Priority[];

export interface Fields {
  person: string;
  email: string;
  phone: string;
  company: string;
  subject: string;
}
export const EMPTY: Fields = { person: "", email: "", phone: "", company: "", subject: "" };
/** Characters, as the relay counts them. */
export const LIMITS: Record<keyof Fields, number> = { person: 120, email: 254, phone: 40, company: 120, subject: 200 };

export type Fault = "required" | "too_long" | "email";

export function faults(form: Fields): Partial<Record<keyof Fields, Fault>> {
  const found: Partial<Record<keyof Fields, Fault>> = {};
  for (const field of Object.keys(LIMITS) as (keyof Fields)[]) {
    if (Array.from(form[field].trim()).length > LIMITS[field]) found[field] = "too_long";
  }
  if (form.person.trim() === "") found.person = "required";
  const email = form.email.trim();
  if (email !== "" && !/^[^\s@]+@[^\s@]+$/.test(email)) found.email = "email";
  return found;
}

/** Without the empty fields, and without what the desk decides. */
export function body(form: Fields, decided: Decided = UNDECIDED): { person: string } & Partial<Fields> & Pick<NewSession, keyof Decided> {
  const filled = (Object.keys(form) as (keyof Fields)[]).map((key) => [key, form[key].trim()] as const).filter(([, value]) => value !== "");
  const chosen = Object.entries(decided).filter(([, value]) => value !== null);
  return { person: form.person.trim(), ...Object.fromEntries(filled), ...Object.fromEntries(chosen) };
}
