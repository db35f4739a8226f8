// @vitest-environment happy-dom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, describe, expect, it, vi } from "vitest";

import { ariaKeys, facesOf, pressedKey, SHORTCUTS, useShortcuts } from "./shortcuts";

afterEach(cleanup);

describe("the table of shortcuts", () => {
  it.each([["queue"], ["session", "live"]] as const)("gives each key one meaning: everywhere and in %s", (...places) => {
    const table: Record<string, Record<string, readonly string[]>> = SHORTCUTS;
    const keys = ["anywhere", ...places].flatMap((place) => Object.values(table[place]!).flat());
    expect(keys).toEqual(Array.from(new Set(keys)));
  });

  it("shows keys as they are engraved", () => {
    expect(facesOf("next")).toEqual([["J"], ["↓"]]);
    expect(facesOf("release")).toEqual([["Shift", "R"]]);
    expect(ariaKeys("release")).toBe("Shift+R");
  });

  it.each([
    ["n", "KeyN", false, "n"],
    ["т", "KeyN", false, "n"],
    ["К", "KeyR", true, "R"],
    ["n", "KeyB", false, "n"], // another Latin layout: what is engraved there counts
    ["?", "Slash", true, "?"],
    ["х", "BracketLeft", false, "["],
    ["]", "Backslash", false, "]"],
    ["Dead", "KeyN", false, "Dead"],
  ])("hears %s on %s as %s", (key, code, shiftKey, heard) => {
    expect(pressedKey({ key, code, shiftKey })).toBe(heard);
  });
});

describe("shortcuts on a page", () => {
  const run = vi.fn<(what: string) => void>();
  function Page() {
    useShortcuts({ newSession: () => run("new"), next: () => run("next"), open: () => run("open"), view: (key) => run(key), paste: undefined });
    return <><input data-testid="field" /><button data-testid="button" type="button" /><div role="dialog"><p data-testid="dialog" /></div></>;
  }
  const heard = (init: KeyboardEventInit, target: Element = document.body): unknown[] => {
    run.mockReset();
    fireEvent.keyDown(target, init);
    return run.mock.calls.flat();
  };

  it("are heard where nobody types, and not with other keys held", () => {
    render(<Page />);
    expect(heard({ key: "n" })).toEqual(["new"]);
    expect(heard({ key: "4" })).toEqual(["4"]);
    expect(heard({ key: "n", ctrlKey: true })).toEqual([]);
    expect(heard({ key: "v" })).toEqual([]);
    expect(heard({ key: "n" }, screen.getByTestId("field"))).toEqual([]);
    expect(heard({ key: "n" }, screen.getByTestId("dialog"))).toEqual([]);
    expect(heard({ key: "n" }, screen.getByTestId("button"))).toEqual(["new"]);
    expect(heard({ key: "Enter" }, screen.getByTestId("button"))).toEqual([]);
    expect(heard({ key: "Enter" })).toEqual(["open"]);
  });

  it("repeat only where they move", () => {
    render(<Page />);
    expect(heard({ key: "n", repeat: true })).toEqual([]);
    expect(heard({ key: "j", repeat: true })).toEqual(["next"]);
  });
});
