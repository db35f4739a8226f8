// @vitest-environment happy-dom
import { beforeEach, expect, it, vi } from "vitest";

import { cache, restore } from "@/api";
import { keepRemote, remotes } from "@/remote/registry";
import type { RemoteSession } from "@/remote/session";
import { keeper } from "@/shared/keeper";
import { keepQueueSearch, lastQueueSearch } from "@/shared/queueSearch";

import { nowIs, watchLeaving } from "./leaving";
import { openTab } from "./tabs";

const close = vi.fn();

function works(): void {
  keepRemote("s", { close } as unknown as RemoteSession);
  keeper.keepPairing("s", { id: new Uint8Array(16), secret: new Uint8Array(32), words: null, sure: true });
  keeper.keepLinkSecret("t", new Uint8Array(16));
  cache.setQueryData(["messages", "s"], []);
  openTab("s");
  keepQueueSearch({ view: "mine" });
}
const left = (): number[] => [remotes.get().size, keeper.kept().size, cache.getQueryCache().getAll().length, (sessionStorage.getItem("ponte.tabs") ?? "").includes('"s"') ? 1 : 0, Object.keys(lastQueueSearch()).length];
const ALL = [1, 2, 1, 1, 1];
const NOTHING = [0, 0, 0, 0, 0];

beforeEach(() => {
  nowIs(null);
  close.mockClear();
  sessionStorage.clear();
  localStorage.clear();
});

it("leaves nothing of a technician whose sign-in was ended, however that came", async () => {
  // Without locks, as where the context is not secure.
  vi.stubGlobal("navigator", {});
  const watched = watchLeaving();
  const answers = (status: number, body: unknown): void => void vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify(body), { status })));
  answers(200, { access_token: "t", expires_in: 600, technician: { id: "ana" } });
  await restore();
  works();
  await restore();
  expect(left()).toEqual(ALL);
  answers(401, { code: "signed_out" });
  await restore();
  expect(left()).toEqual(NOTHING);
  expect(close).toHaveBeenCalledOnce();
  watched();
  vi.unstubAllGlobals();
});

it("keeps a technician's own over a reload, and not what a page left behind that could not clear away", () => {
  nowIs("ana");
  works();
  nowIs("ana");
  expect(left()).toEqual(ALL);
  nowIs("bia");
  expect(left()).toEqual(NOTHING);
  works();
  // The browser was closed, the tab with it; the sign-in has run out since.
  sessionStorage.removeItem("ponte.technician");
  nowIs(null);
  expect(left()).toEqual(NOTHING);
});
