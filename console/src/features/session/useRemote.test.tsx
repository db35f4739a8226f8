// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { cache, type Session } from "@/api";
import { dropAllRemotes, keepRemote, remotes } from "@/remote/registry";
import type { RemoteSession } from "@/remote/session";
import { INITIAL, type RemoteState } from "@/remote/state";
import { Store } from "@/remote/store";
import type * as Shared from "@/shared/remote";
import { useSpentRemotes } from "@/shared/remote";
import { aSession } from "@/testing/session";

import { useRemote } from "./useRemote";

const startRemote = vi.hoisted(() => vi.fn());
vi.mock("@/shared/remote", async (original) => ({ ...(await original<typeof Shared>()), startRemote }));

const remote = (more: Partial<RemoteState> = {}, close = vi.fn()): RemoteSession => ({ state: new Store<RemoteState>({ ...INITIAL, ...more }), close }) as unknown as RemoteSession;
const mine = aSession({ id: "s", state: "active", owner: { id: "me", name: "Ana" } });
const wrapper = ({ children }: { children: React.ReactNode }) => <QueryClientProvider client={cache}>{children}</QueryClientProvider>;
const tell = (...sessions: Session[]): void =>
  act(() => void cache.setQueryData(["queue"], { queue: { sessions: new Map(sessions.map((each) => [each.id, each])), cursor: 1 }, status: "live", error: null, older: "none" }));

afterEach(() => {
  cleanup();
  dropAllRemotes();
  cache.clear();
});

it.each([["ended", { ended: "desk" }], ["failed for good", { failure: "forbidden" }]])("begins anew where the connection %s while its page was not shown", (_how, state) => {
  const closed = vi.fn();
  const [old, fresh] = [remote(state, closed), remote()];
  keepRemote("s", old);
  startRemote.mockReturnValueOnce(fresh);
  const { result } = renderHook(() => useRemote(mine, "me"));
  expect(result.current).toBe(fresh);
  expect(closed).toHaveBeenCalledOnce();
});

it("goes on with a connection that lives", () => {
  const live = remote({ view: true });
  keepRemote("s", live);
  const { result } = renderHook(() => useRemote(mine, "me"));
  expect(result.current).toBe(live);
});

it("lets go of what has ended when the queue tells of a change, but for the page that shows how it ended", async () => {
  keepRemote("shown", remote());
  renderHook(() => useRemote({ ...mine, id: "shown" }, "me"));
  renderHook(useSpentRemotes, { wrapper });
  keepRemote("away", remote());
  keepRemote("lives", remote());
  for (const id of ["shown", "away"]) (remotes.get().get(id)?.state as Store<RemoteState>).set({ ...INITIAL, ended: "desk" });
  tell(aSession({ id: "away", state: "closed" }));
  await waitFor(() => expect(Array.from(remotes.get().keys())).toEqual(["shown", "lives"]));
});
