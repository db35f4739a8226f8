import { describe, expect, it } from "vitest";

import { languageName, meaningful } from "./facts";

describe("facts", () => {
  it.each([
    ["C", null],
    ["C.UTF-8", null],
    ["POSIX", null],
    ["", null],
    [null, null],
    ["pt_BR.UTF-8", "Brazilian Portuguese"],
    ["ru-RU", "Russian (Russia)"],
    ["de_DE@euro", "German (Germany)"],
    ["not a tag", "not a tag"],
  ])("the language of %j", (locale, name) => {
    expect(languageName(locale, "en")).toBe(name);
  });

  it.each(["", " ", "unknown", "N/A", "To Be Filled By O.E.M.", "(none)", undefined])("%j says nothing", (value) => {
    expect(meaningful(value)).toBeNull();
  });

  it("leaves the rest as it is", () => {
    expect(meaningful(" vm ")).toBe("vm");
  });
});
