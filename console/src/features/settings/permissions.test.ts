import { expect, it } from "vitest";

import type { Translation } from "@/i18n/words";
import ru from "@/i18n/ru";

import { ALL, AREAS, GIVES, inArea } from "./permissions";

it("every permission has one area", () => {
  expect(AREAS.flatMap(inArea).sort()).toEqual([...ALL].sort());
});

it("built-in roles give each permission once", () => {
  for (const given of Object.values(GIVES)) expect(new Set(given).size).toBe(given.length);
});

it("does not compile when a permission has no words", () => {
  const { session_view: seen, ...others } = ru.settings.permission;
  // @ts-expect-error -- `session_view` is missing
  const words: Translation["settings"]["permission"] = others;
  expect({ ...words, session_view: seen }).toEqual(ru.settings.permission);
});
