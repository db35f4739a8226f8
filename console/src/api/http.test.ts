import { afterEach, beforeEach, expect, it, vi } from "vitest";

import type * as Http from "./http";

const answer = (id: string): Response => new Response(JSON.stringify({ access_token: "t", expires_in: 600, technician: { id, name: id, email: `${id}@desk.example` } }), { headers: { "content-type": "application/json" } });
const fetched = vi.fn<() => Promise<Response>>();
let http: typeof Http;

beforeEach(async () => {
  vi.resetModules();
  vi.stubGlobal("fetch", fetched);
  vi.stubGlobal("navigator", {});
  http = await import("./http");
});
afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
});

const restoredAs = async (id: string): Promise<unknown> => {
  fetched.mockResolvedValueOnce(answer(id));
  return http.restore();
};

it("tells that somebody else is signed in, and not that the same technician has a new token or another name", async () => {
  const told = vi.fn();
  const drawn = vi.fn();
  http.onTechnicianChange(told);
  http.onAccountChange(drawn);
  await restoredAs("ana");
  await restoredAs("ana");
  http.accountChanged({ id: "ana", name: "Ana L." } as Parameters<typeof http.accountChanged>[0]);
  expect(told.mock.calls).toEqual([["ana"]]);
  expect(drawn).toHaveBeenCalledTimes(3);
  await restoredAs("bia");
  expect(told.mock.calls).toEqual([["ana"], ["bia"]]);
});

it("tells that nobody is signed in any more, when the relay says so", async () => {
  const told = vi.fn();
  await restoredAs("ana");
  http.onTechnicianChange(told);
  fetched.mockResolvedValueOnce(new Response("{}", { status: 401 }));
  await http.restore();
  expect(told.mock.calls).toEqual([[null]]);
});
