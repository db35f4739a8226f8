// @vitest-environment happy-dom
import { act, cleanup, fireEvent, screen, waitFor } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { cache, desk, liveQueue, team, type Session, type Setup, type Standing } from "@/api";
import { sessionName } from "@/shared/sessionName";
import { renderPage } from "@/testing/render";
import { aSetup, aStanding } from "@/testing/setup";
import { givenHeight } from "@/testing/viewport";

import { QueuePage } from "./QueuePage";
import { aSession } from "@/testing/session";

vi.mock("@/api/desk", async (original) => ({ ...(await original<typeof desk>()), PAGE: 5, listSessions: vi.fn(), searchSessions: vi.fn(), eventsTicket: vi.fn(), claim: vi.fn() }));
vi.mock("@/api/team", async (original) => ({ ...(await original<typeof team>()), next: vi.fn(), takeNext: vi.fn() }));
vi.mock("@/shared/sessionName", { spy: true });
const listSessions = vi.mocked(desk.listSessions);

const session = (number: number, more: Partial<Session> = {}): Session => aSession({ id: `s${number}`, number, state: "closed", person: `Person ${number}`, created_at: number * 1000, ...more });
const page = (from: number, count: number): Session[] => Array.from({ length: count }, (_, i) => session(from - i));

async function show(answer: typeof desk.listSessions, address = "/", { setup = aSetup(), standings = [aStanding()] }: { setup?: Setup; standings?: Standing[] } = {}): Promise<void> {
  givenHeight(800);
  cache.setQueryData(["setup"], setup);
  cache.setQueryData(["team"], standings);
  vi.mocked(desk.eventsTicket).mockReturnValue(new Promise(() => undefined));
  listSessions.mockReset();
  listSessions.mockImplementation(answer);
  vi.stubGlobal("IntersectionObserver", class {
    observe(): void {}
    disconnect(): void {}
  });
  liveQueue.start();
  await renderPage(QueuePage, address);
}
afterEach(() => {
  liveQueue.stop();
  cleanup();
  cache.clear();
  localStorage.clear();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const press = (key: string, target: Element = document.body): boolean => fireEvent.keyDown(target, { key });
const selected = (): string[] => screen.queryAllByRole("row", { selected: true }).map((row) => row.dataset["testid"] ?? "");

it("shows in red what changed the infrastructure", async () => {
  await show(() => Promise.resolve({ cursor: 1, sessions: [session(2, { changed_infrastructure: true }), session(1)] }));
  expect(await screen.findByTestId("changed-2")).toHaveProperty("title", "Change to the infrastructure");
  expect(screen.queryByTestId("changed-1")).toBeNull();
});

describe("the queue by keyboard", () => {
  beforeEach(async () => {
    await show(() => Promise.resolve({ cursor: 1, sessions: [session(3, { person: null, device: { host_name: "vm", addresses: [], screens: [] } as unknown as NonNullable<Session["device"]> }), session(2), session(1)] }));
    await screen.findByTestId("row-3");
  });

  it("moves by j, k and arrows, stops at the ends, and opens by Enter", async () => {
    press("j");
    expect(selected()).toEqual(["row-3"]);
    press("ArrowDown");
    press("j");
    press("j");
    expect(selected()).toEqual(["row-1"]);
    press("k");
    expect(selected()).toEqual(["row-2"]);
    press("Enter");
    expect((await screen.findByTestId("opened")).textContent).toBe("s2");
  });

  it("goes to the search by /, where letters are letters, and back by Escape", () => {
    press("/");
    const search = screen.getByRole("searchbox");
    expect(document.activeElement).toBe(search);
    press("j", search);
    expect(selected()).toEqual([]);
    press("Escape", search);
    expect(document.activeElement).not.toBe(search);
  });

  it("chooses a view by its number, and takes the chosen session by a, once somebody is there", async () => {
    vi.mocked(desk.claim).mockImplementation((taken) => Promise.resolve({ ...taken, version: 2, state: "active", detail: "connected" }));
    act(() => liveQueue.put(session(4, { state: "waiting", detail: "ready" })));
    await screen.findByTestId("row-4");
    press("2");
    await waitFor(() => expect(screen.getByTestId("view-waiting").getAttribute("aria-pressed")).toBe("true"));
    press("a");
    expect(desk.claim).not.toHaveBeenCalled();
    press("j");
    press("a");
    await waitFor(() => expect(desk.claim).toHaveBeenCalledOnce());
    await waitFor(() => expect(screen.queryByTestId("row-4")).toBeNull());
    press("1");
    await screen.findByTestId("row-3");
  });

  it("calls a session without a name by its computer", () => {
    expect(screen.getByTestId("row-3").textContent).toContain("Computer vm");
  });
});

describe("a queue longer than one page", () => {
  it("has every open session at once, and the older ones page by page", async () => {
    await show((which, after) => {
      if (which === "open") return Promise.resolve({ cursor: 9, sessions: [session(7, { state: "waiting", detail: "ready" })] });
      return Promise.resolve(after === undefined ? { cursor: 8, sessions: page(1600, 5) } : { cursor: 9, sessions: page(after - 1, 3) });
    });
    await screen.findByTestId("row-7");
    expect(screen.getByTestId("queue-status").textContent).toContain("6 sessions so far");
    expect(screen.queryByTestId("row-1595")).toBeNull();
    fireEvent.click(screen.getByTestId("older"));
    await screen.findByTestId("row-1595");
    expect(listSessions).toHaveBeenLastCalledWith("all", 1596);
    expect(screen.getByTestId("queue-status").textContent).toContain("9 sessions");
    expect(screen.queryByTestId("older")).toBeNull();
  });

  it("says when older sessions could not be had, and tries again", async () => {
    let fail = true;
    await show((_which, after) => (after !== undefined && _which === "all" && fail ? Promise.reject(new Error("no")) : Promise.resolve({ cursor: 1, sessions: after === undefined ? page(1600, 5) : [] })));
    fireEvent.click(await screen.findByTestId("older"));
    await screen.findByText("The older sessions could not be loaded.");
    fail = false;
    await act(async () => liveQueue.loadOlder());
    await waitFor(() => expect(screen.queryByTestId("older")).toBeNull());
  });
});

describe("a queue of a thousand", () => {
  const thousand = Array.from({ length: 1000 }, (_, i) => session(1000 - i, { state: "waiting", detail: "ready" }));
  const drawn = vi.mocked(sessionName);

  it("has only the rows on the page that can be seen, and draws again only those that changed", async () => {
    await show((which) => Promise.resolve({ cursor: 1, sessions: which === "open" ? [] : thousand }));
    await screen.findByTestId("row-1000");
    const rows = (): HTMLElement[] => screen.getAllByTestId(/^row-/);
    expect(screen.getByTestId("view-all").textContent).toBe("All1000+");
    expect(rows().length).toBeGreaterThan(20);
    expect(rows().length).toBeLessThan(80);
    expect(rows()[0]?.getAttribute("aria-rowindex")).toBe("2");

    drawn.mockClear();
    // Two of those that can be seen, each a hundred times.
    act(() => {
      for (let version = 2; version <= 101; version += 1) {
        liveQueue.put({ ...thousand[3]!, version, person: `Third ${version}` });
        liveQueue.put({ ...thousand[5]!, version, person: `Fifth ${version}` });
      }
    });
    await waitFor(() => expect(screen.getByTestId("row-997").textContent).toContain("Third 101"));
    expect(screen.getByTestId("row-995").textContent).toContain("Fifth 101");
    expect(new Set(drawn.mock.calls.map(([, of]) => of.number))).toEqual(new Set([997, 995]));
    expect(drawn.mock.calls.length).toBeLessThan(20);

    // What cannot be seen changes its view's count, and draws no row.
    drawn.mockClear();
    act(() => liveQueue.put({ ...thousand[900]!, version: 2, state: "closed", detail: null }));
    await waitFor(() => expect(screen.getByTestId("view-closed").textContent).toBe("Completed1+"));
    expect(drawn).not.toHaveBeenCalled();
  });
});
