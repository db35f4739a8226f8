// @vitest-environment happy-dom
import { QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { cache } from "./cache";
import * as desk from "./desk";
import { ApiError } from "./errors";
import { liveQueue } from "./events";
import { useQueue, useSession } from "./hooks";
import { aSession } from "@/testing/session";
import type { HistoryEntry, Session } from "./types";

vi.mock("./desk", async (original) => ({ ...(await original<typeof desk>()), listSessions: vi.fn(), oneSession: vi.fn(), eventsTicket: vi.fn() }));
const oneSession = vi.mocked(desk.oneSession);

const session = (version: number, more: Partial<Session> = {}): Session => aSession({ version, ...more });
const entry = (kind: HistoryEntry["kind"]): HistoryEntry => ({ at: 0, kind });
const both = () => renderHook(() => ({ queue: useQueue(), one: useSession("s") }), { wrapper: ({ children }) => <QueryClientProvider client={cache}>{children}</QueryClientProvider> });

beforeEach(() => {
  oneSession.mockReset();
  vi.mocked(desk.eventsTicket).mockReturnValue(new Promise(() => undefined));
});
afterEach(() => {
  cleanup();
  liveQueue.stop();
  cache.clear();
});

async function start(listed: Session[]): Promise<void> {
  vi.mocked(desk.listSessions).mockResolvedValue({ cursor: 1, sessions: listed });
  liveQueue.start();
  await waitFor(() => expect(cache.getQueryState(["queue"])?.data).toBeDefined());
}

describe("a session on its page and in the queue", () => {
  it("is one and the same, whoever tells of the change", async () => {
    await start([session(1)]);
    oneSession.mockImplementation(() => Promise.resolve(session(2, { person: "Ana", history: [entry("invited")] })));
    const { result } = both();
    await waitFor(() => expect(result.current.one.history).toEqual([entry("invited")]));
    expect(result.current.one.session).toMatchObject({ version: 2, person: "Ana" });
    expect(result.current.queue.queue.sessions.get("s")).toBe(result.current.one.session);

    oneSession.mockImplementation(() => Promise.resolve(session(3, { person: "Bia", history: [entry("invited"), entry("ready")] })));
    act(() => liveQueue.put(session(3, { person: "Bia" })));
    await waitFor(() => expect(result.current.one.session?.person).toBe("Bia"));
    expect(result.current.queue.queue.sessions.get("s")).toBe(result.current.one.session);
    await waitFor(() => expect(result.current.one.history).toHaveLength(2));
  });

  it("does not go back when an answer is older than an event", async () => {
    await start([session(5, { person: "new" })]);
    oneSession.mockImplementation(() => Promise.resolve(session(4, { person: "old", history: [] })));
    const { result } = both();
    await waitFor(() => expect(oneSession).toHaveBeenCalled());
    await waitFor(() => expect(result.current.one.history).not.toBeNull());
    expect(result.current.one.session?.person).toBe("new");
  });

  it("is asked for where no list holds it, and is nobody's when the relay does not know it", async () => {
    await start([]);
    oneSession.mockRejectedValue(new ApiError("not_found"));
    const { result } = both();
    await waitFor(() => expect(result.current.one.error?.code).toBe("not_found"));
    expect(result.current.one.session).toBeNull();
    oneSession.mockImplementation(() => Promise.resolve(session(1, { history: [] })));
    act(() => result.current.one.refetch());
    await waitFor(() => expect(result.current.one.session?.version).toBe(1));
    expect(result.current.one.error).toBeNull();
  });
});
