// @vitest-environment happy-dom
import { QueryClient } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, it, vi } from "vitest";

import { QUEUE_KEY, SETUP_KEY } from "./cache";
import type * as Desk from "./desk";
import { LiveQueue, SILENT_MS, type QueueSnapshot } from "./events";
import { aSession } from "@/testing/session";

const listSessions = vi.hoisted(() => vi.fn());
vi.mock("./desk", async (original) => ({ ...(await original<typeof Desk>()), eventsTicket: () => Promise.resolve("ticket"), listSessions }));

class Socket {
  static all: Socket[] = [];
  static get last(): Socket {
    return Socket.all.at(-1)!;
  }
  onopen: () => void = () => undefined;
  onmessage: (event: { data: string }) => void = () => undefined;
  onclose: () => void = () => undefined;
  sent: string[] = [];
  // Over a dead network the end of the socket is not told before minutes have gone.
  close = vi.fn();
  constructor() {
    Socket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  say(message: unknown): void {
    this.onmessage({ data: JSON.stringify(message) });
  }
}

let client: QueryClient;
let queue: LiveQueue;
const settle = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const snapshot = (): QueueSnapshot => client.getQueryData<QueueSnapshot>(QUEUE_KEY)!;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  Socket.all = [];
  listSessions.mockReset().mockResolvedValue({ sessions: [aSession({ id: "s" })], cursor: 7 });
  client = new QueryClient();
  queue = new LiveQueue(client);
  queue.start();
  await settle();
  Socket.last.onopen();
});
afterEach(() => {
  queue.stop();
  client.clear();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("leaves a socket that has gone silent and goes on from its cursor, without a new listing", async () => {
  const [first] = Socket.all;
  for (let beat = 0; beat < 3; beat += 1) {
    await settle(20_000);
    Socket.last.say({ type: "alive" });
  }
  Socket.last.say({ type: "session", cursor: 9, session: aSession({ id: "s", version: 2 }) });
  expect(Socket.all).toHaveLength(1);
  await settle(SILENT_MS + 5000);
  expect(first?.close).toHaveBeenCalledOnce();
  expect(Socket.all).toHaveLength(2);
  expect(snapshot().status).toBe("reconnecting");
  Socket.last.onopen();
  expect(JSON.parse(Socket.last.sent[0]!)).toEqual({ ticket: "ticket", cursor: 9 });
  expect(snapshot().status).toBe("live");
  expect(listSessions).toHaveBeenCalledTimes(1);
  // What the dead one still says, or that it has ended at last, is nothing to the new one.
  first?.say({ type: "gone", cursor: 10, session: "s" });
  first?.onclose();
  await settle(1000);
  expect(snapshot().queue.sessions.has("s")).toBe(true);
  expect(Socket.all).toHaveLength(2);
});

it.each([
  ["the page is looked at again", () => document.dispatchEvent(new Event("visibilitychange"))],
  ["the network is back", () => dispatchEvent(new Event("online"))],
])("does so at once when %s", async (_when, happens) => {
  happens();
  await settle();
  expect(Socket.all).toHaveLength(1);
  // The computer slept: no timer ran.
  vi.setSystemTime(Date.now() + 3_600_000);
  happens();
  await settle();
  expect(Socket.all).toHaveLength(2);
});

it("takes signs of life for no more than that, and passes over what it does not know", async () => {
  const asked = vi.spyOn(client, "invalidateQueries");
  Socket.last.say({ type: "alive" });
  Socket.last.say({ type: "weather", wind: "north" });
  await settle();
  expect(asked).not.toHaveBeenCalled();
  expect([Socket.all.length, listSessions.mock.calls.length]).toEqual([1, 1]);
  Socket.last.say({ type: "setup" });
  await settle();
  expect(asked).toHaveBeenCalledWith({ queryKey: SETUP_KEY });
  expect([Socket.all.length, listSessions.mock.calls.length]).toEqual([2, 2]);
});
