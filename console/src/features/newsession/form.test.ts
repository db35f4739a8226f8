import { describe, expect, it } from "vitest";

import { body, EMPTY, faults } from "./form";

describe("the form of a new session", () => {
  it.each([
    [{}, { person: "required" }],
    [{ person: "  " }, { person: "required" }],
    [{ person: "Ana" }, {}],
    [{ person: "ж".repeat(121) }, { person: "too_long" }],
    [{ person: "Ana", email: "ana" }, { email: "email" }],
    [{ person: "Ana", email: "ana@example.org" }, {}],
  ])("%j → %j", (fields, expected) => {
    expect(faults({ ...EMPTY, ...fields })).toEqual(expected);
  });

  it("sends trimmed fields and leaves empty ones out", () => {
    expect(body({ ...EMPTY, person: " Ana ", company: "  " })).toEqual({ person: "Ana" });
  });

  it("sends what was chosen, and leaves the rest to the desk", () => {
    expect(body({ ...EMPTY, person: "Ana" }, { channel: "c", category: null, priority: null })).toEqual({ person: "Ana", channel: "c" });
  });
});
