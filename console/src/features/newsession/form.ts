/** What a new session may say. Pure. */

export interface Form {
  person: string;
  email: string;
  phone: string;
  company: string;
  subject: string;
}
export const EMPTY: Form = { person: "", email: "", phone: "", company: "", subject: "" };
/** Characters, as the relay counts them. */
export const LIMITS: Record<keyof Form, number> = { person: 120, email: 254, phone: 40, company: 120, subject: 200 };

export type Fault = "required" | "too_long" | "email";

export function faults(form: Form): Partial<Record<keyof Form, Fault>> {
  const found: Partial<Record<keyof Form, Fault>> = {};
  for (const field of Object.keys(LIMITS) as (keyof Form)[]) {
    if (Array.from(form[field].trim()).length > LIMITS[field]) found[field] = "too_long";
  }
  if (form.person.trim() === "") found.person = "required";
  const email = form.email.trim();
  if (email !== "" && !/^[^\s@]+@[^\s@]+$/.test(email)) found.email = "email";
  return found;
}

/** Without the empty fields. */
export function body(form: Form): { person: string } & Partial<Form> {
  const filled = (Object.keys(form) as (keyof Form)[]).map((key) => [key, form[key].trim()] as const).filter(([, value]) => value !== "");
  return { person: form.person.trim(), ...Object.fromEntries(filled) };
}
