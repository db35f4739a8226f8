/** What a translation has to contain; a missing or a surplus key does not compile. */

import type { ErrorCode } from "@/api/errors";
import type { Permission } from "@/api/types";

import type en from "./en";

/** Words for each refusal of the relay, and for what this console adds. */
export type ErrorWords = Record<ErrorCode | "offline" | "anotherTechnician", string>;

/** Words for each permission. */
export type PermissionWords = Record<Permission, string>;

/** Every key of the English texts. Plural forms are each language's own; `other` is all languages'. */
export type Translation = Words<typeof en>;

type PluralForm = "zero" | "one" | "two" | "few" | "many" | "other";
type Counted<Key> = Key extends `${infer Base}_${PluralForm}` ? Base : never;
type Words<T> = { [Key in keyof T as Key extends `${string}_${PluralForm}` ? never : Key]: T[Key] extends string ? string : Words<T[Key]> } & {
  [Base in Counted<keyof T> as `${Base}_other`]: string;
} & { [Base in Counted<keyof T> as `${Base}_${PluralForm}`]?: string };
