// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { ApiError, cache, type Action, type LogAction } from "@/api";
import * as http from "@/api/http";
import { renderPage } from "@/testing/render";
import { aSession } from "@/testing/session";

import { WorkLog } from "./WorkLog";

vi.mock("@/api/http", async (original) => ({ ...(await original<typeof http>()), get: vi.fn(), post: vi.fn() }));
const get = vi.mocked(http.get);
const post = vi.mocked(http.post);
afterEach(() => {
  cleanup();
  cache.clear();
  post.mockReset();
});

const entry = (more: Partial<Action>): Action => ({ id: "a", at: 0, by: { id: "me", name: "Ana" }, kind: "work", minutes: 0, changed_infrastructure: false, text: "Looked", ...more });
const show = async (state: "active" | "expired" = "active", actions: Action[] = []) => {
  get.mockResolvedValue({ actions });
  await renderPage(() => <WorkLog session={aSession({ state })} />);
};
const write = async (text: string, minutes = ""): Promise<void> => {
  fireEvent.change(screen.getByTestId("log-text"), { target: { value: text } });
  fireEvent.change(screen.getByTestId("log-minutes"), { target: { value: minutes } });
  await act(() => Promise.resolve(fireEvent.click(screen.getByTestId("log-save"))));
};

it("shows each entry, what changed the infrastructure, and the time in all", async () => {
  await show("active", [entry({ id: "a", minutes: 50 }), entry({ id: "b", kind: "no_answer", minutes: 25, changed_infrastructure: true })]);
  const entries = await screen.findAllByTestId("action");
  expect(entries.map((each) => each.dataset["change"])).toEqual(["false", "true"]);
  expect(entries[1]?.textContent).toContain("No answer");
  expect(screen.getByText(/in all/).textContent).toBe("1 hr 15 min in all");
});

it("keeps what was typed until it was taken, and sends the same entry again", async () => {
  await show();
  post.mockRejectedValueOnce(new ApiError("offline")).mockResolvedValueOnce({ actions: [entry({ text: "Changed the switch" })] });
  await write(" Changed the switch ", "15");
  expect(screen.getByTestId("log-text")).toHaveProperty("value", " Changed the switch ");
  await act(() => Promise.resolve(fireEvent.click(screen.getByTestId("log-save"))));
  const [first, second] = post.mock.calls.map(([, body]) => body as LogAction);
  expect(first).toMatchObject({ kind: "work", minutes: 15, text: "Changed the switch", changed_infrastructure: false });
  expect(second?.id).toBe(first?.id);
  expect(screen.getByTestId("log-text")).toHaveProperty("value", "");
  expect(await screen.findByTestId("action")).toBeTruthy();
});

it("sends nothing that the relay would refuse", async () => {
  await show();
  for (const minutes of ["1441", "1.5", "-3", "x"]) await write("Work", minutes);
  await write("  ", "5");
  expect(post).not.toHaveBeenCalled();
});

it("takes no entries for a session that nobody took", async () => {
  await show("expired");
  expect(screen.queryByTestId("log-save")).toBeNull();
});
