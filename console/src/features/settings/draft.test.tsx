// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { ApiError } from "@/api";

import { changedKeys, rebase, useDraft, type Versioned } from "./draft";

interface Thing {
  name: string;
  note: string | null;
  list: string[];
}
const thing = (change: Partial<Thing> = {}): Thing => ({ name: "Support", note: null, list: [], ...change });

afterEach(cleanup);

function open(write: (version: number, setup: Thing) => Promise<{ version: number }> = () => Promise.resolve({ version: 2 })) {
  return renderHook(({ server }: { server: Versioned<Thing> }) => useDraft(server, write), { initialProps: { server: { version: 1, setup: thing() } } });
}

describe("what differs", () => {
  it("is told part by part; nothing, null and the order of names make no difference", () => {
    expect(changedKeys(thing(), thing({ name: "Two", list: ["a"] }))).toEqual(["name", "list"]);
    expect(changedKeys<Partial<Thing>>({ name: "a" }, { name: "a", note: null })).toEqual([]);
    expect(changedKeys({ it: { a: 1, b: 2 } }, { it: { b: 2, a: 1 } })).toEqual([]);
    expect(changedKeys({ it: ["a", "b"] }, { it: ["b", "a"] })).toEqual(["it"]);
  });

  it("is put onto theirs, and theirs stays where nothing was typed", () => {
    expect(rebase(thing(), thing({ note: "mine" }), thing({ name: "Theirs", note: "theirs" }))).toEqual(thing({ name: "Theirs", note: "mine" }));
  });
});

describe("a draft", () => {
  it("shows what somebody else saved when nothing was typed", () => {
    const { result, rerender } = open();
    rerender({ server: { version: 2, setup: thing({ name: "Theirs" }) } });
    expect(result.current.value.name).toBe("Theirs");
    expect(result.current.conflict).toBe(false);
  });

  it("keeps what was typed when somebody else saved, says so, and loads theirs only when told to", () => {
    const { result, rerender } = open();
    act(() => result.current.set({ note: "mine", name: "Mine" }));
    rerender({ server: { version: 2, setup: thing({ name: "Theirs" }) } });
    expect(result.current.value).toEqual(thing({ note: "mine", name: "Mine" }));
    expect(result.current.conflict).toBe(true);
    expect(result.current.both).toEqual(["name"]);
    act(() => result.current.loadTheirs());
    expect(result.current.value).toEqual(thing({ name: "Theirs" }));
    expect(result.current.conflict).toBe(false);
  });

  it("keeps one's own on top of theirs, and saves onto their version", async () => {
    const write = vi.fn(() => Promise.resolve({ version: 3 }));
    const { result, rerender } = open(write);
    act(() => result.current.set({ note: "mine" }));
    rerender({ server: { version: 2, setup: thing({ name: "Theirs" }) } });
    act(() => result.current.keepMine());
    await act(() => result.current.save());
    expect(write).toHaveBeenCalledWith(2, thing({ name: "Theirs", note: "mine" }));
  });

  it("is not thrown back by an older answer after it was saved", async () => {
    const { result, rerender } = open();
    act(() => result.current.set({ name: "Mine" }));
    await act(() => result.current.save());
    expect(result.current.unsaved).toEqual([]);
    rerender({ server: { version: 1, setup: thing() } });
    expect(result.current.value.name).toBe("Mine");
    act(() => result.current.discard());
    expect(result.current.value.name).toBe("Mine");
  });

  it("tells a refusal, and keeps what was typed", async () => {
    const { result } = open(() => Promise.reject(new ApiError("invalid_request", "no such group")));
    act(() => result.current.set({ name: "Mine" }));
    await act(() => result.current.save());
    expect(result.current.problem).toMatchObject({ code: "invalid_request" });
    expect(result.current.conflict).toBe(false);
    expect(result.current.value.name).toBe("Mine");
  });

  it("takes the relay's conflict for one, before it knows what the other saved", async () => {
    const { result } = open(() => Promise.reject(new ApiError("version_conflict")));
    act(() => result.current.set({ name: "Mine" }));
    await act(() => result.current.save());
    expect(result.current.conflict).toBe(true);
    expect(result.current.problem).toBeNull();
    expect(result.current.value.name).toBe("Mine");
  });
});
