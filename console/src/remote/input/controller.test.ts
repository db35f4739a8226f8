// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { InputBody } from "../session";
import { InputController } from "./controller";

let surface: HTMLElement;
let keys: HTMLTextAreaElement;
let controller: InputController;
let sent: InputBody[];
let enabled: boolean;
let left: () => void;

beforeEach(() => {
  vi.useFakeTimers();
  surface = document.body.appendChild(document.createElement("div"));
  keys = document.body.appendChild(document.createElement("textarea"));
  // The 1280 × 720 picture shows at half its size.
  surface.getBoundingClientRect = () => new DOMRect(100, 50, 640, 360);
  surface.setPointerCapture = () => undefined;
  [sent, enabled, left] = [[], true, vi.fn()];
  controller = new InputController({
    surface, keys, frame: () => ({ width: 1280, height: 720 }), enabled: () => enabled, left: () => left(),
    send: (body) => {
      sent.push(body);
      return true;
    },
  });
});
afterEach(() => {
  controller.dispose();
  surface.remove();
  keys.remove();
  vi.useRealTimers();
});

const pointer = (type: string, x: number, y: number, buttons: number, button = -1): boolean =>
  surface.dispatchEvent(new PointerEvent(type, { clientX: x, clientY: y, buttons, button, bubbles: true, cancelable: true }));
const key = (type: "keydown" | "keyup", k: string, code: string, more: KeyboardEventInit = {}): boolean =>
  keys.dispatchEvent(new KeyboardEvent(type, { key: k, code, bubbles: true, cancelable: true, ...more }));
const cases = (): string[] => sent.map((body) => body.case);

describe("input over the picture", () => {
  it("is in pixels of the remote screen", () => {
    pointer("pointerdown", 420, 230, 1, 0);
    pointer("pointerup", 420, 230, 0, 0);
    expect(sent).toEqual([
      { case: "button", value: { x: 640, y: 360, button: 0, down: true } },
      { case: "button", value: { x: 640, y: 360, button: 0, down: false } },
    ]);
    expect(document.activeElement).toBe(keys);
  });

  it("tells a second button that is pressed while the first is held", () => {
    pointer("pointerdown", 100, 50, 1, 0);
    pointer("pointermove", 100, 50, 3, 2);
    expect(sent.at(-1)).toEqual({ case: "button", value: { x: 0, y: 0, button: 2, down: true } });
  });

  it("does nothing without control", () => {
    enabled = false;
    pointer("pointermove", 420, 230, 0);
    pointer("pointerdown", 420, 230, 1, 0);
    key("keydown", "a", "KeyA");
    surface.dispatchEvent(new WheelEvent("wheel", { deltaY: 100 }));
    controller.releaseAll();
    expect(sent).toEqual([]);
  });

  it.each<[string, () => void]>([
    ["the keyboard leaves the picture", () => keys.dispatchEvent(new FocusEvent("blur"))],
    ["the window loses the focus", () => window.dispatchEvent(new Event("blur"))],
    ["the pointer is taken away", () => pointer("pointercancel", 0, 0, 0)],
    ["the page is left", () => controller.dispose()],
  ])("releases everything when %s", (_name, happens) => {
    key("keydown", "Control", "ControlLeft", { ctrlKey: true });
    sent.length = 0;
    happens();
    expect(cases()[0]).toBe("releaseAll");
    // What was held is forgotten: its release here says nothing more.
    sent.length = 0;
    key("keyup", "Control", "ControlLeft");
    expect(sent).toEqual([]);
  });

  it("leaves by Ctrl+Alt+Shift with nothing held", () => {
    key("keydown", "Control", "ControlLeft", { ctrlKey: true });
    key("keydown", "Alt", "AltLeft", { ctrlKey: true, altKey: true });
    key("keydown", "Shift", "ShiftLeft", { ctrlKey: true, altKey: true, shiftKey: true });
    expect(left).toHaveBeenCalledTimes(1);
    expect(cases().at(-1)).toBe("releaseAll");
  });

  it("keeps the console's own shortcuts from hearing remote keys", () => {
    const heard = vi.fn();
    window.addEventListener("keydown", heard);
    key("keydown", "n", "KeyN");
    window.removeEventListener("keydown", heard);
    expect(heard).not.toHaveBeenCalled();
    expect(sent).toEqual([{ case: "text", value: { text: "n" } }]);
  });

  it("types a pasted text in pieces, line ends as Enter, and stops when control is gone", async () => {
    controller.type(`${"a".repeat(40)}\r\nb\tc`);
    await vi.advanceTimersByTimeAsync(30);
    expect(sent.slice(0, 2)).toEqual([{ case: "text", value: { text: "a".repeat(32) } }, { case: "text", value: { text: "a".repeat(8) } }]);
    expect(cases().slice(2)).toEqual(["key", "key"]);
    enabled = false;
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toHaveLength(4);
  });
});
