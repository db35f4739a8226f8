import { meaningful } from "@/shared/facts";

/** The facts that say something. */
export const present = (items: readonly (readonly [string, string | null | undefined])[]): (readonly [string, string])[] =>
  items.flatMap(([term, value]) => {
    const text = meaningful(value);
    return text === null ? [] : [[term, text] as const];
  });
