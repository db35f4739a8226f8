// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { cache, signIn } from "@/api";

import { useDraft } from "./drafts";

const signedInAs = async (id: string): Promise<void> => {
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ access_token: "t", expires_in: 600, technician: { id } }))));
  await act(() => signIn("", ""));
};
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
const shown = (): string => {
  const { result, unmount } = renderHook(() => useDraft("note", () => ""));
  const [text] = result.current;
  unmount();
  return text;
};

it("keeps what was begun over a new token of the same technician, and gives nothing of it to the next one", async () => {
  await signedInAs("ana");
  const { result, unmount } = renderHook(() => useDraft("note", () => ""));
  act(() => result.current[1]("half a sentence"));
  unmount();
  cache.setQueryData(["outgoing", "s"], [{ id: "m" }]);
  cache.setQueryData(["outgoing-files", "s"], [{ id: "f" }]);
  const onTheirWay = (): unknown[] => [cache.getQueryData(["outgoing", "s"]), cache.getQueryData(["outgoing-files", "s"])];
  await signedInAs("ana");
  expect(shown()).toBe("half a sentence");
  expect(onTheirWay()).toEqual([[{ id: "m" }], [{ id: "f" }]]);
  await signedInAs("bia");
  expect(shown()).toBe("");
  expect(onTheirWay()).toEqual([undefined, undefined]);
});
