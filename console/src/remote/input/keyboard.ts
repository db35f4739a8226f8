/**
 * From keyboard events to what travels: characters by intent (`text`), everything else as keys. Pure: the caller
 * feeds plain records and acts on the results.
 *
 * - A printable character goes as text, whatever the layout; AltGr is a matter of the local layout and never travels.
 * - After a dead key, and during composition (IME), the browser's own result is the text.
 * - Control, Alt and Meta travel at once, and characters pressed with them go as keys (shortcuts).
 * - Shift travels only when something other than text needs it (Shift+Tab, Shift+click): text already contains it.
 * - Held keys do not repeat over the wire: the remote machine repeats by itself. Held characters do.
 */

export interface KeyInput {
  type: "keydown" | "keyup";
  key: string;
  code: string;
  ctrl: boolean;
  alt: boolean;
  meta: boolean;
  shift: boolean;
  altGraph: boolean;
  repeat: boolean;
  composing: boolean;
}

export type KeyOutput =
  | { kind: "text"; text: string }
  | { kind: "key"; key: string; code: string; down: boolean };

export interface KeyResult {
  out: KeyOutput[];
  /** Keep the browser from acting on it itself. */
  prevent: boolean;
  /** The chord that leaves the remote screen was pressed. */
  leave: boolean;
}

/** Local state, not for the other machine. */
const LOCAL_KEYS = new Set(["AltGraph", "CapsLock", "NumLock", "Fn", "FnLock", "Hyper", "Super", "Symbol", "SymbolLock", "Unidentified"]);
const IN_COMPOSITION = new Set(["Process", "Compose"]);

const isCharacter = (key: string): boolean => Array.from(key).length === 1;

export class KeyboardMapper {
  /** Keys that are down at the other end, by code. */
  readonly #down = new Map<string, string>();
  /** Shift keys held here and not sent. */
  readonly #heldShift = new Map<string, string>();
  #afterDead = false;

  /** `mac`: Option makes characters there, as AltGr does elsewhere, and Meta swallows the release of other keys. */
  constructor(private readonly mac = false) {}

  key(event: KeyInput): KeyResult {
    if (event.type === "keyup") return this.#release(event);
    const lost = event.key === "Shift" || event.shift ? [] : this.shiftIsUp();
    const pressed = this.#press(event);
    return { ...pressed, out: [...lost, ...pressed.out] };
  }

  /** The browser says that no Shift is down. In a composition it may have kept the release to itself. */
  shiftIsUp(): KeyOutput[] {
    this.#heldShift.clear();
    return this.#dropShift();
  }

  /** Characters that the browser made from a dead key or composition. */
  text(text: string): KeyOutput[] {
    this.#afterDead = false;
    return text === "" ? [] : [...this.#dropShift(), { kind: "text", text }];
  }

  /** Shift as it is really held: before a click, a wheel turn or a key. */
  beforeAction(): KeyOutput[] {
    const out: KeyOutput[] = [];
    for (const [code, key] of this.#heldShift) {
      if (this.#down.has(code)) continue;
      this.#down.set(code, key);
      out.push({ kind: "key", key, code, down: true });
    }
    return out;
  }

  /** Everything was released at the other end (focus lost). */
  reset(): void {
    this.#down.clear();
    this.#heldShift.clear();
    this.#afterDead = false;
  }

  #press(e: KeyInput): KeyResult {
    if (e.composing || IN_COMPOSITION.has(e.key)) return result([], false);
    if (e.key === "Dead") {
      this.#afterDead = true;
      return result([], false);
    }
    if (e.key === "AltGraph") {
      // Windows announces AltGr as Control then Alt: take that Control back.
      return result([...this.#up("ControlLeft")], true);
    }
    if (LOCAL_KEYS.has(e.key)) return result([], false);
    if (e.key === "Shift") {
      this.#heldShift.set(e.code, e.key);
      return result([], true, e.ctrl && e.alt);
    }
    const option = this.mac && e.alt && !e.ctrl && !e.meta;
    if (this.mac && e.key === "Alt") return result([], true, e.ctrl && e.shift);
    const plain = e.altGraph || option || (!e.ctrl && !e.alt && !e.meta);
    if (isCharacter(e.key) && plain) {
      // The browser knows best what a dead key and a character make together.
      if (this.#afterDead) return result([], false);
      return result([...this.#dropShift(), { kind: "text", text: e.key }], true);
    }
    if (this.#afterDead && (e.key === "Backspace" || e.key === "Escape")) {
      this.#afterDead = false;
      return result([], true);
    }
    if (e.repeat) return result([], true);
    const leave = (e.key === "Control" && e.alt && e.shift) || (e.key === "Alt" && e.ctrl && e.shift);
    const modifier = e.key === "Control" || e.key === "Alt" || e.key === "Meta";
    const out = modifier ? [] : this.beforeAction();
    this.#down.set(e.code, e.key);
    return result([...out, { kind: "key", key: e.key, code: e.code, down: true }], true, leave);
  }

  #release(e: KeyInput): KeyResult {
    if (e.key === "Shift" || this.#heldShift.has(e.code)) this.#heldShift.delete(e.code);
    const out = this.#up(e.code);
    if (this.mac && e.key === "Meta") {
      for (const code of Array.from(this.#down.keys())) out.push(...this.#up(code));
    }
    return result(out, true);
  }

  #up(code: string): KeyOutput[] {
    const key = this.#down.get(code);
    if (key === undefined) return [];
    this.#down.delete(code);
    return [{ kind: "key", key, code, down: false }];
  }

  #dropShift(): KeyOutput[] {
    return [...this.#up("ShiftLeft"), ...this.#up("ShiftRight")];
  }
}

function result(out: KeyOutput[], prevent: boolean, leave = false): KeyResult {
  return { out, prevent, leave };
}

/** One entry of the special keys menu: codes pressed in order, released in reverse. */
export interface Chord {
  id: string;
  keys: readonly { key: string; code: string }[];
}

const CTRL = { key: "Control", code: "ControlLeft" };
const ALT = { key: "Alt", code: "AltLeft" };
const one = (key: string, code = key): { key: string; code: string } => ({ key, code });

export const SPECIAL_KEYS: readonly Chord[] = [
  { id: "Ctrl+Alt+Del", keys: [CTRL, ALT, one("Delete")] },
  { id: "Alt+Tab", keys: [ALT, one("Tab")] },
  { id: "Alt+F4", keys: [ALT, one("F4")] },
  { id: "Super", keys: [one("Meta", "MetaLeft")] },
  { id: "PrintScreen", keys: [one("PrintScreen")] },
  { id: "Esc", keys: [one("Escape")] },
];

export const FUNCTION_KEYS: readonly Chord[] = Array.from({ length: 12 }, (_, i) => ({
  id: `F${i + 1}`,
  keys: [one(`F${i + 1}`)],
}));

/** Presses and releases a chord. */
export function chordOutputs(chord: Chord): KeyOutput[] {
  const press = chord.keys.map((k): KeyOutput => ({ kind: "key", ...k, down: true }));
  const release = [...chord.keys].reverse().map((k): KeyOutput => ({ kind: "key", ...k, down: false }));
  return [...press, ...release];
}
