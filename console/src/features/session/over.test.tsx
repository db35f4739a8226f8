// @vitest-environment happy-dom
import { act, cleanup, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type { DeviceFacts, Session } from "@/api";
import { LANGUAGES, setLanguage } from "@/i18n";
import { renderPage } from "@/testing/render";
import { aSession } from "@/testing/session";

import { Stage } from "./Stage";
import { Information } from "./tabs/Information";

const session = aSession({ detail: "invited" });
const nothing = (): void => undefined;

async function show(more: Partial<Session>): Promise<void> {
  const shown = { ...session, ...more };
  await renderPage(() => (
    <>
      <Stage session={shown} me="me" remote={null} busy={false} onStart={nothing} onEnd={nothing} />
      <Information session={shown} history={[]} me="me" beside={false} />
    </>
  ));
}
async function inAllLanguages(testId: string): Promise<string[]> {
  const texts: string[] = [];
  for (const { code } of LANGUAGES) {
    await act(() => setLanguage(code));
    texts.push(screen.getByTestId(testId).textContent);
  }
  expect(new Set(texts).size).toBe(LANGUAGES.length);
  return texts;
}
beforeEach(() => void vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ name: "Northwind" })))));
afterEach(() => {
  cleanup();
  localStorage.clear();
  vi.unstubAllGlobals();
});

it("says what will come only while it can come", async () => {
  await show({});
  const awaited = await inAllLanguages("device");
  for (const state of ["closed", "expired"] as const) {
    cleanup();
    await show({ state, detail: null });
    const over = await inAllLanguages("device");
    for (const text of over) expect(awaited).not.toContain(text);
    expect(over[0]).toBe("ComputerNothing is known about this computer.");
  }
});

it("an expired session was either never begun, or left", async () => {
  await show({ state: "expired", detail: null });
  const unused = await inAllLanguages("stage");
  expect(unused[0]).toContain("Nobody started the program in time");
  cleanup();
  await show({ state: "expired", detail: null, mode: "code", device: { host_name: "vm", addresses: [], screens: [] } as unknown as DeviceFacts });
  const left = await inAllLanguages("stage");
  expect(left[0]).toContain("away for too long");
  expect(unused.some((text) => left.includes(text))).toBe(false);
});

it("does not ask for a link to be sent to somebody whose program was there already", async () => {
  await show({ mode: "code", device: { host_name: "vm", addresses: [], screens: [] } as unknown as DeviceFacts });
  expect(screen.getByTestId("stage").textContent).toContain("ask the person to start it again");
});
