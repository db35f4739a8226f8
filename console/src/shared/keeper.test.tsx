// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, it } from "vitest";

import { cache, type QueueSnapshot, type Session } from "@/api";
import { aSession } from "@/testing/session";

import { keeper, useForgetting } from "./keeper";

const session = (id: string, state: Session["state"]): Session => aSession({ id, state });
const tell = (status: QueueSnapshot["status"], ...sessions: Session[]): void =>
  act(() => void cache.setQueryData(["queue"], { queue: { sessions: new Map(sessions.map((each) => [each.id, each])), cursor: 1 }, status, error: null, older: "none" }));
const keep = (...ids: string[]): void => ids.forEach((id) => keeper.keepLinkSecret(id, new Uint8Array(16)));
const start = (): unknown => renderHook(useForgetting, { wrapper: ({ children }) => <QueryClientProvider client={cache}>{children}</QueryClientProvider> });
const kept = (): string[] => Array.from(keeper.kept()).sort();

afterEach(() => {
  cleanup();
  cache.clear();
  localStorage.clear();
});

it("forgets at the start what ended while the page was closed, and nothing before the relay has told", async () => {
  keep("open", "closed", "gone");
  start();
  tell("loading");
  expect(kept()).toEqual(["closed", "gone", "open"]);
  tell("live", session("open", "waiting"), session("closed", "closed"));
  await waitFor(() => expect(kept()).toEqual(["open"]));
});

it("forgets what ends while the console runs, and keeps what was made since the list was asked for", async () => {
  keep("ends");
  start();
  keep("made");
  tell("live", session("ends", "active"));
  tell("live", session("ends", "closed"));
  await waitFor(() => expect(kept()).toEqual(["made"]));
  tell("live", session("made", "expired"));
  await waitFor(() => expect(kept()).toEqual([]));
});
