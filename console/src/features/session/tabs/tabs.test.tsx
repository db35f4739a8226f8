// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { cache, type Action, type Session } from "@/api";
import * as http from "@/api/http";
import { renderPage } from "@/testing/render";
import { aSession } from "@/testing/session";
import { aSetup } from "@/testing/setup";

import { SessionTabs } from ".";
import { rememberedTab, rememberTab, tabNamed } from "./chosen";
import type { TabName } from "./tab";

vi.mock("@/api/http", async (original) => ({ ...(await original<typeof http>()), get: vi.fn(), post: vi.fn() }));
const get = vi.mocked(http.get);
const entry: Action = { id: "a", at: 0, by: { id: "me", name: "Ana" }, kind: "work", minutes: 0, changed_infrastructure: false, text: "Looked" };
const chosen = vi.fn<(tab: TabName) => void>();
beforeEach(() => void get.mockImplementation((path) => Promise.resolve((path.endsWith("/actions") ? { actions: [entry, { ...entry, id: "b" }] } : path.includes("/messages") ? { messages: [] } : path === "setup" ? aSetup() : { sessions: [] }) as never)));
afterEach(() => {
  cleanup();
  cache.clear();
  chosen.mockReset();
  sessionStorage.clear();
});
const show = (tab: TabName, more: Partial<Session> = {}): Promise<void> => renderPage(() => <SessionTabs session={aSession(more)} history={[{ at: 0, kind: "claimed", by: "Ana" }]} me="me" beside={false} chosen={tab} onChoose={chosen} />);
const tab = (name: TabName): HTMLElement => screen.getByTestId(`tab-${name}`);

it("is one stop for the keyboard, with arrows inside and a digit for each from anywhere", async () => {
  await show("actions");
  expect(screen.getAllByRole("tab").filter((each) => each.tabIndex === 0)).toEqual([tab("actions")]);
  expect(screen.getByRole("tabpanel").getAttribute("aria-labelledby")).toBe(tab("actions").id);
  for (const [key, leads] of [["ArrowRight", "equipment"], ["ArrowLeft", "information"], ["End", "history"], ["Home", "information"]] as const) {
    fireEvent.keyDown(tab("actions"), { key });
    expect(chosen).toHaveBeenLastCalledWith(leads);
    expect(document.activeElement).toBe(tab(leads));
  }
  fireEvent.keyDown(document.body, { key: "3" });
  expect(chosen).toHaveBeenLastCalledWith("equipment");
  chosen.mockReset();
  fireEvent.keyDown(document.body, { key: "7" });
  expect(chosen).not.toHaveBeenCalled();
});

it("says on the tabs how much is there, and what is new", async () => {
  await show("information", { chat: { newest: 5, end_user_got: 0, end_user_saw: 0, desk_saw: 2 } });
  expect(await screen.findByRole("tab", { name: "Actions, 2 entries" })).toBe(tab("actions"));
  expect(screen.getByRole("tab", { name: "Correspondence, 3 new messages" })).toBe(tab("correspondence"));
  expect(tab("history").getAttribute("aria-label")).toBe("History");
});

it("keeps an entry that is being written while another tab is open", async () => {
  await show("actions");
  const text = await screen.findByTestId("log-text");
  act(() => void fireEvent.change(text, { target: { value: "Half a sentence" } }));
  cleanup();
  await show("history");
  expect((await screen.findByTestId("history")).textContent).toContain("Taken");
  cleanup();
  await show("actions");
  expect(await screen.findByTestId("log-text")).toHaveProperty("value", "Half a sentence");
});

it("remembers the open tab of each session, and takes no name that is none", () => {
  rememberTab("a", "history");
  rememberTab("b", "actions");
  expect([rememberedTab("a"), rememberedTab("b"), rememberedTab("c")]).toEqual(["history", "actions", "information"]);
  expect([tabNamed("history"), tabNamed("nonsense"), tabNamed(undefined)]).toEqual(["history", null, null]);
  sessionStorage.setItem("ponte.session-tabs", "[[1]]x");
  expect(rememberedTab("a")).toBe("information");
});
