/**
 * Turns what the technician does over the picture into input. Owns the listeners; the page gives it the picture's
 * element and a hidden text area that has the focus while the remote screen is controlled.
 */

import type { InputBody } from "../session";
import { toFrame, WheelScale, type Size } from "./geometry";
import { chordOutputs, KeyboardMapper, type Chord, type KeyInput, type KeyOutput } from "./keyboard";

export interface ControllerOptions {
  surface: HTMLElement;
  keys: HTMLTextAreaElement;
  frame: () => Size | null;
  /** Sends; false when it did not leave. */
  send: (body: InputBody) => boolean;
  /** May input be sent at all? */
  enabled: () => boolean;
  /** The technician pressed the chord that leaves the remote screen. */
  left: () => void;
}

/** Text pasted as keystrokes goes in pieces, so that the other end can keep up and Stop stays quick. */
const PASTE_PIECE = 32;
const PASTE_PAUSE_MS = 15;
/** `MouseEvent.button` and its bit in `MouseEvent.buttons`. */
const BUTTON_BITS = [[0, 1], [1, 4], [2, 2], [3, 8], [4, 16]] as const;

export class InputController {
  readonly #abort = new AbortController();
  readonly #mapper = new KeyboardMapper(/mac/i.test(navigator.userAgent));
  readonly #wheel = new WheelScale();
  readonly #buttons = new Set<number>();
  #move: { x: number; y: number } | null = null;
  #lastMove = 0;
  #frameRequest = 0;
  #paste: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: ControllerOptions) {
    const { surface, keys } = options;
    const signal = this.#abort.signal;
    surface.addEventListener("pointermove", (e) => this.#moved(e), { signal });
    surface.addEventListener("pointerdown", (e) => this.#pressed(e), { signal });
    surface.addEventListener("pointerup", (e) => this.#released(e), { signal });
    surface.addEventListener("pointercancel", () => this.releaseAll(), { signal });
    surface.addEventListener("lostpointercapture", () => this.#captureLost(), { signal });
    surface.addEventListener("wheel", (e) => this.#wheeled(e), { signal, passive: false });
    for (const type of ["contextmenu", "auxclick", "dragstart"] as const) {
      surface.addEventListener(type, (e) => e.preventDefault(), { signal });
    }
    keys.addEventListener("keydown", (e) => this.#keyed(e), { signal });
    keys.addEventListener("keyup", (e) => this.#keyed(e), { signal });
    keys.addEventListener("compositionend", (e) => this.#composed(e.data), { signal });
    keys.addEventListener("beforeinput", (e) => this.#beforeInput(e), { signal });
    keys.addEventListener("input", (e) => {
      if (!(e instanceof InputEvent && e.isComposing)) keys.value = "";
    }, { signal });
    keys.addEventListener("paste", (e) => e.preventDefault(), { signal });
    keys.addEventListener("blur", () => this.releaseAll(), { signal });
    window.addEventListener("blur", () => this.releaseAll(), { signal });
    document.addEventListener("visibilitychange", () => document.hidden && this.releaseAll(), { signal });
  }

  focus(): void {
    this.options.keys.focus({ preventScroll: true });
  }

  /** No key and no button stays down at the other end. */
  releaseAll(): void {
    clearTimeout(this.#paste);
    this.#mapper.reset();
    this.#buttons.clear();
    this.#move = null;
    if (this.options.enabled()) this.options.send({ case: "releaseAll", value: {} });
  }

  chord(chord: Chord): void {
    this.#sendKeys(chordOutputs(chord));
  }

  /** Types a text at the other end. Line ends become Enter, tabs become Tab. */
  type(text: string): void {
    const pieces = text.replaceAll("\r\n", "\n").match(new RegExp(`[\\n\\r\\t]|[^\\n\\r\\t]{1,${PASTE_PIECE}}`, "gu")) ?? [];
    const next = (index: number): void => {
      const piece = pieces[index];
      if (piece === undefined || !this.options.enabled()) return;
      if (piece === "\t") this.chord({ id: "Tab", keys: [{ key: "Tab", code: "Tab" }] });
      else if (piece === "\n" || piece === "\r") this.chord({ id: "Enter", keys: [{ key: "Enter", code: "Enter" }] });
      else this.options.send({ case: "text", value: { text: piece } });
      this.#paste = setTimeout(() => next(index + 1), PASTE_PAUSE_MS);
    };
    clearTimeout(this.#paste);
    next(0);
  }

  dispose(): void {
    this.releaseAll();
    cancelAnimationFrame(this.#frameRequest);
    this.#abort.abort();
  }

  #at(event: MouseEvent): { x: number; y: number } | null {
    const frame = this.options.frame();
    if (frame === null || !this.options.enabled()) return null;
    return toFrame(this.options.surface.getBoundingClientRect(), frame, event.clientX, event.clientY);
  }

  /** At once after a pause; else the newest position once per animation frame. */
  #moved(event: PointerEvent): void {
    const at = this.#at(event);
    if (at === null) return;
    if (event.button !== -1) this.#syncButtons(event, at);
    if (this.#frameRequest === 0 && event.timeStamp - this.#lastMove > 16) {
      this.#lastMove = event.timeStamp;
      if (this.options.send({ case: "move", value: at })) return;
    }
    this.#move = at;
    if (this.#frameRequest === 0) this.#frameRequest = requestAnimationFrame((time) => this.#flushMove(time));
  }

  #flushMove(time: number): void {
    this.#frameRequest = 0;
    const move = this.#move;
    if (move === null || !this.options.enabled()) return;
    this.#lastMove = time;
    if (this.options.send({ case: "move", value: move })) this.#move = null;
    else this.#frameRequest = requestAnimationFrame((next) => this.#flushMove(next));
  }

  #pressed(event: PointerEvent): void {
    const at = this.#at(event);
    if (at === null) return;
    event.preventDefault();
    this.focus();
    this.options.surface.setPointerCapture(event.pointerId);
    this.#move = null;
    this.#sendKeys(event.shiftKey ? this.#mapper.beforeAction() : this.#mapper.shiftIsUp());
    this.#syncButtons(event, at);
  }

  #released(event: PointerEvent): void {
    const at = this.#at(event);
    if (at !== null) this.#syncButtons(event, at);
  }

  #captureLost(): void {
    if (this.#buttons.size > 0) this.releaseAll();
  }

  /** Further buttons come as moves, so the whole set is compared. */
  #syncButtons(event: PointerEvent, at: { x: number; y: number }): void {
    for (const [button, bit] of BUTTON_BITS) {
      const down = (event.buttons & bit) !== 0;
      if (down === this.#buttons.has(button)) continue;
      if (down) this.#buttons.add(button);
      else this.#buttons.delete(button);
      this.options.send({ case: "button", value: { ...at, button, down } });
    }
  }

  #wheeled(event: WheelEvent): void {
    const at = this.#at(event);
    if (at === null) return;
    event.preventDefault();
    const { dx, dy } = this.#wheel.add(event.deltaX, event.deltaY, event.deltaMode);
    if (dx === 0 && dy === 0) return;
    this.#sendKeys(event.shiftKey ? this.#mapper.beforeAction() : this.#mapper.shiftIsUp());
    this.options.send({ case: "wheel", value: { ...at, dx, dy } });
  }

  #keyed(event: KeyboardEvent): void {
    if (!this.options.enabled()) return;
    const result = this.#mapper.key(keyInput(event));
    if (result.prevent) event.preventDefault();
    event.stopPropagation();
    this.#sendKeys(result.out);
    if (result.leave) {
      this.releaseAll();
      this.options.left();
    }
  }

  #composed(text: string): void {
    this.options.keys.value = "";
    this.#sendKeys(this.#mapper.text(text));
  }

  #beforeInput(event: InputEvent): void {
    if (event.isComposing || event.inputType === "insertCompositionText") return;
    if (event.inputType === "insertText" && event.data !== null) this.#sendKeys(this.#mapper.text(event.data));
    event.preventDefault();
  }

  #sendKeys(outputs: readonly KeyOutput[]): void {
    if (!this.options.enabled()) return;
    for (const output of outputs) {
      this.options.send(
        output.kind === "text"
          ? { case: "text", value: { text: output.text } }
          : { case: "key", value: { code: output.code, key: output.key, down: output.down } },
      );
    }
  }
}

function keyInput(event: KeyboardEvent): KeyInput {
  return {
    type: event.type === "keyup" ? "keyup" : "keydown",
    key: event.key,
    code: event.code,
    ctrl: event.ctrlKey,
    alt: event.altKey,
    meta: event.metaKey,
    shift: event.shiftKey,
    altGraph: event.getModifierState("AltGraph"),
    repeat: event.repeat,
    composing: event.isComposing,
  };
}
