// @vitest-environment happy-dom
import i18next from "i18next";
import { beforeAll, describe, expect, it } from "vitest";

import type { NextUp, Session } from "@/api";
import { LANGUAGES, startLanguage } from "@/i18n";
import { aSession } from "@/testing/session";

import { roughly, whyNext } from "./why";

beforeAll(startLanguage);

const mine = aSession({ id: "a", number: 7, person: "Ana", priority: "urgent" });
const other = aSession({ id: "b", number: 9, person: "Bia", priority: "normal" });
type Because = NonNullable<NextUp["place"]["before"]>["because"];
const up = (because: Because | null, session: Session = mine): NextUp => ({
  session, then: because === null ? null : other,
  place: { session: session.id, place: 1, of: because === null ? 1 : 2, ahead: { by_priority: 0, by_age: 0, by_ageing: 0 }, before: because === null ? null : { session: "b", because }, behind: null },
});
const REASONS: (Because | null)[] = [null, "priority", { older: { by: 300 } }, { aged: { by: 7260 } }, "same_moment"];

describe("why one is next", () => {
  it.each([
    [null, "Nobody else waits for you."],
    ["priority", "Goes before #9 Bia because its priority is higher: Urgent before Normal."],
    [{ older: { by: 300 } }, "#9 Bia has the same priority, but this one came earlier, by 5 minutes."],
    [{ aged: { by: 7260 } }, "Its priority is lower than that of #9 Bia (Urgent, Normal), but it came so much earlier, by 2 hours 1 minute, that it goes first."],
    ["same_moment", "#9 Bia came at the same moment with the same priority; one has to be first."],
  ] as [Because | null, string][])("%j: %s", (because, words) => {
    expect(whyNext(i18next.t, up(because), "en")).toBe(words);
  });

  it("says in every language why one is next", () => {
    const said = LANGUAGES.map(({ code }) => REASONS.map((because) => whyNext(i18next.getFixedT(code), up(because), code)));
    expect(new Set(said.flat()).size).toBe(LANGUAGES.length * REASONS.length);
    for (const [, ...reasons] of said) for (const words of reasons) expect(words).toContain("#9 Bia");
  });

  it("counts seconds only where there are few", () => {
    expect([roughly(59, "en"), roughly(671, "en"), roughly(3725, "en")]).toEqual(["59 seconds", "11 minutes", "1 hour 2 minutes"]);
  });
});
