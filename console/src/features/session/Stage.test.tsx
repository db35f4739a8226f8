// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { LANGUAGES, setLanguage } from "@/i18n";
import { CAPTURE_FAULTS, CAPTURE_NOTICES, type Capture } from "@/remote/capture";
import { NO_STATISTICS, type Statistics } from "@/remote/media/stats";
import { REASONS } from "@/remote/media/tally";
import type { RemoteSession } from "@/remote/session";
import { INITIAL, type RemoteState } from "@/remote/state";
import { Store } from "@/remote/store";
import { renderPage } from "@/testing/render";

import { Stage } from "./Stage";
import { aSession } from "@/testing/session";

const session = aSession({ state: "active", detail: "connected", mode: "code", owner: { id: "me", name: "Ana" } });
const live: RemoteState = { ...INITIAL, socket: "up", program: "online", pairing: "done", view: true, media: "up", picture: { width: 1280, height: 720 } };

async function show(capture: Capture, statistics: Statistics = NO_STATISTICS, more: Partial<RemoteState> = {}): Promise<void> {
  vi.stubGlobal("ResizeObserver", class {
    observe(): void {}
    disconnect(): void {}
  });
  const remote = { state: new Store({ ...live, capture, ...more }), stream: new Store(null), cursor: new Store(null), statistics: new Store(statistics), pointers: new Store([]), input: () => false, point: () => undefined };
  const nothing = (): void => undefined;
  await renderPage(() => <Stage session={session} me="me" remote={remote as unknown as RemoteSession} busy={false} onStart={nothing} onEnd={nothing} />);
}
afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

/** In each language: words, and never the wire's own. */
async function inAllLanguages(read: () => string | null, reason: string): Promise<void> {
  const texts = new Set<string>();
  for (const { code } of LANGUAGES) {
    await act(() => setLanguage(code));
    texts.add(read() ?? "");
  }
  expect(texts.size).toBe(LANGUAGES.length);
  for (const text of texts) expect(text).toMatch(/\p{L}{3}/u);
  if (reason !== "unknown") for (const text of texts) expect(text).not.toContain(reason);
}

it.each([...CAPTURE_FAULTS, "unknown" as const])("no picture, because of %s: said in the picture's place", async (fault) => {
  await show({ fault, notices: [] });
  expect(screen.getByTestId("stage").dataset["phase"]).toBe("capture");
  await inAllLanguages(() => screen.getByTestId("stage").textContent, fault);
});

it.each([...CAPTURE_NOTICES, "unknown" as const])("a picture limited by %s: said in the toolbar, in full for who asks", async (notice) => {
  await show({ fault: null, notices: [notice] });
  expect(screen.queryByTestId("stage")).toBeNull();
  const chip = screen.getByTestId("capture-notice");
  await inAllLanguages(() => chip.textContent, notice);
  await inAllLanguages(() => chip.getAttribute("aria-description"), notice);
});

it("counts several limits, and says nothing where there are none", async () => {
  await show({ fault: null, notices: ["no_shm", "no_damage"] });
  expect(screen.getByTestId("capture-notice").textContent).toBe("2 limits of the picture");
  cleanup();
  await show({ fault: null, notices: [] });
  expect(screen.queryByTestId("capture-notice")).toBeNull();
});

it.each(REASONS)("pictures that do not open, because of %s: said in the picture's place", async (why) => {
  await show({ fault: null, notices: [] }, NO_STATISTICS, { sealed: { is: "refused", why } });
  expect(screen.getByTestId("stage").dataset["phase"]).toBe(`unopened:${why}`);
  expect(screen.queryByTestId("sealed")).toBeNull();
  await inAllLanguages(() => screen.getByTestId("stage").textContent, why);
});

it("says that pictures are sealed once one was opened, and not before", async () => {
  await show({ fault: null, notices: [] });
  expect(screen.queryByTestId("sealed")).toBeNull();
  cleanup();
  const said = new Set<string>();
  // Digits or an own link; words to compare; a link of which only the relay told.
  for (const how of [{ sure: true }, { sure: false, words: [1, 2, 3, 4, 5] }, { sure: false }]) {
    await show({ fault: null, notices: [] }, NO_STATISTICS, { sealed: { is: "opened" }, ...how });
    said.add(screen.getByTestId("sealed").getAttribute("aria-description") ?? "");
    await inAllLanguages(() => screen.getByTestId("sealed").textContent, "unknown");
    await inAllLanguages(() => screen.getByTestId("sealed").getAttribute("aria-description"), "unknown");
    cleanup();
  }
  expect(said.size).toBe(3);
});

it("a browser that cannot open them: what it needs, in each language", async () => {
  await show({ fault: null, notices: [] }, NO_STATISTICS, { failure: "no_transform" });
  expect(screen.getByTestId("stage").dataset["phase"]).toBe("failed:no_transform");
  await inAllLanguages(() => screen.getByTestId("stage").textContent, "no_transform");
});

it("statistics have their units in the language of the rest", async () => {
  await show({ fault: null, notices: [] }, { ...NO_STATISTICS, framesPerSecond: 30, bitrate: 2500, latency: 12.34, latency90: 17, roundTrip: 3, opening: 0.34 });
  fireEvent.click(screen.getByTestId("stats-toggle"));
  const shown = (): (string | undefined)[] => Array.from(screen.getByTestId("stats").querySelectorAll("dd"), (value) => value.textContent.replaceAll(/[\u00a0\u202f]/g, " ").replace(/c$/, "с")).filter((_, row) => [0, 1, 2, 6, 7].includes(row));
  for (const [language, values] of [
    ["en", ["12.3 ms (90%: 17 ms)", "30/s", "2.5 Mb/s", "3 ms", "0.3 ms"]],
    ["pt-BR", ["12,3 ms (90%: 17 ms)", "30/s", "2,5 Mb/s", "3 ms", "0,3 ms"]],
    ["ru", ["12,3 мс (90 %: 17 мс)", "30/с", "2,5 Мбит/с", "3 мс", "0,3 мс"]],
  ] as const) {
    await act(() => setLanguage(language));
    expect(shown()).toEqual(values);
  }
});
