// @vitest-environment happy-dom
import { act, cleanup, renderHook, waitFor } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";

import { usePicture } from "./files";
import * as http from "./http";
import type { ChatFile } from "./types";

vi.mock("./http", async (original) => ({ ...(await original<typeof http>()), blob: vi.fn() }));
afterEach(() => {
  cleanup();
  vi.mocked(http.blob).mockReset();
});

const file = (id: string): ChatFile => ({ id, name: "a.png", size: 3, kind: "png" });
const there = (): Promise<Blob> => Promise.resolve(new Blob(["abc"]));

it("a picture that could not be had is tried again when asked to", async () => {
  vi.mocked(http.blob).mockRejectedValueOnce(new Error("offline")).mockImplementation(there);
  const { result } = renderHook(() => usePicture("s", file("f"), true));
  await waitFor(() => expect(result.current.failed).toBe(true));
  act(() => result.current.again());
  expect(result.current.failed).toBe(false);
  await waitFor(() => expect(result.current.url).toMatch(/^blob:/));
});

it("one failure says nothing about the next picture", async () => {
  vi.mocked(http.blob).mockRejectedValueOnce(new Error("offline")).mockImplementation(there);
  const { result, rerender } = renderHook(({ id }) => usePicture("s", file(id), true), { initialProps: { id: "f" } });
  await waitFor(() => expect(result.current.failed).toBe(true));
  rerender({ id: "g" });
  expect(result.current.failed).toBe(false);
  await waitFor(() => expect(result.current.url).toMatch(/^blob:/));
});
