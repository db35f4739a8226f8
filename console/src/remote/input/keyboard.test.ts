import { describe, expect, it } from "vitest";

import { chordOutputs, KeyboardMapper, SPECIAL_KEYS, type KeyInput, type KeyOutput } from "./keyboard";

type Step = Partial<KeyInput> | { text: string } | "action";

function run(steps: readonly Step[], mac = false): { sent: string[]; prevented: boolean[]; left: boolean } {
  const mapper = new KeyboardMapper(mac);
  const sent: KeyOutput[] = [];
  const prevented: boolean[] = [];
  let left = false;
  for (const step of steps) {
    if (step === "action") sent.push(...mapper.beforeAction());
    else if ("text" in step) sent.push(...mapper.text(step.text));
    else {
      const result = mapper.key({
        type: "keydown", key: "", code: "", ctrl: false, alt: false, meta: false, shift: false, altGraph: false, repeat: false, composing: false, ...step,
      });
      sent.push(...result.out);
      prevented.push(result.prevent);
      left ||= result.leave;
    }
  }
  return { sent: sent.map((o) => (o.kind === "text" ? `'${o.text}'` : `${o.down ? "+" : "-"}${o.code}`)), prevented, left };
}

const down = (key: string, code: string, more: Partial<KeyInput> = {}): Step => ({ type: "keydown", key, code, ...more });
const up = (key: string, code: string, more: Partial<KeyInput> = {}): Step => ({ type: "keyup", key, code, ...more });

const cases: [string, Step[], string[]][] = [
  ["us: a letter", [down("a", "KeyA"), up("a", "KeyA")], ["'a'"]],
  ["us: a capital by Shift", [down("Shift", "ShiftLeft"), down("A", "KeyA", { shift: true }), up("A", "KeyA"), up("Shift", "ShiftLeft")], ["'A'"]],
  ["us: a held letter repeats", [down("a", "KeyA"), down("a", "KeyA", { repeat: true }), up("a", "KeyA")], ["'a'", "'a'"]],
  ["us: Enter", [down("Enter", "Enter"), up("Enter", "Enter")], ["+Enter", "-Enter"]],
  ["us: a held Backspace is repeated by the other end", [down("Backspace", "Backspace"), down("Backspace", "Backspace", { repeat: true }), up("Backspace", "Backspace")], ["+Backspace", "-Backspace"]],
  ["us: Ctrl+C", [down("Control", "ControlLeft", { ctrl: true }), down("c", "KeyC", { ctrl: true }), up("c", "KeyC", { ctrl: true }), up("Control", "ControlLeft")], ["+ControlLeft", "+KeyC", "-KeyC", "-ControlLeft"]],
  ["us: Ctrl released first", [down("Control", "ControlLeft", { ctrl: true }), down("c", "KeyC", { ctrl: true }), up("Control", "ControlLeft"), up("c", "KeyC")], ["+ControlLeft", "+KeyC", "-ControlLeft", "-KeyC"]],
  ["us: Ctrl+Shift+T", [down("Control", "ControlLeft", { ctrl: true }), down("Shift", "ShiftLeft", { ctrl: true, shift: true }), down("T", "KeyT", { ctrl: true, shift: true }), up("T", "KeyT"), up("Shift", "ShiftLeft"), up("Control", "ControlLeft")], ["+ControlLeft", "+ShiftLeft", "+KeyT", "-KeyT", "-ShiftLeft", "-ControlLeft"]],
  ["us: Shift+Tab", [down("Shift", "ShiftRight", { shift: true }), down("Tab", "Tab", { shift: true }), up("Tab", "Tab"), up("Shift", "ShiftRight")], ["+ShiftRight", "+Tab", "-Tab", "-ShiftRight"]],
  ["us: Shift for a click, then a letter", [down("Shift", "ShiftLeft", { shift: true }), "action", down("B", "KeyB", { shift: true }), up("B", "KeyB"), up("Shift", "ShiftLeft")], ["+ShiftLeft", "-ShiftLeft", "'B'"]],
  ["us: Alt tapped alone", [down("Alt", "AltLeft", { alt: true }), up("Alt", "AltLeft")], ["+AltLeft", "-AltLeft"]],
  ["us: Win tapped alone", [down("Meta", "MetaLeft", { meta: true }), up("Meta", "MetaLeft")], ["+MetaLeft", "-MetaLeft"]],
  ["us: numpad digit", [down("7", "Numpad7"), up("7", "Numpad7")], ["'7'"]],
  ["us: CapsLock stays here", [down("CapsLock", "CapsLock"), up("CapsLock", "CapsLock"), down("A", "KeyA")], ["'A'"]],
  ["br-abnt2: ç and its own key", [down("ç", "Semicolon"), up("ç", "Semicolon")], ["'ç'"]],
  ["br-abnt2: AltGr+Q gives / on Linux", [down("AltGraph", "AltRight", { altGraph: true }), down("/", "KeyQ", { altGraph: true }), up("/", "KeyQ"), up("AltGraph", "AltRight")], ["'/'"]],
  ["br-abnt2: AltGr on Windows is Control, then Alt", [down("Control", "ControlLeft", { ctrl: true }), down("AltGraph", "AltRight", { ctrl: true, alt: true, altGraph: true }), down("₢", "KeyC", { ctrl: true, alt: true, altGraph: true }), up("₢", "KeyC"), up("Control", "ControlLeft"), up("AltGraph", "AltRight")], ["+ControlLeft", "-ControlLeft", "'₢'"]],
  ["br-abnt2: dead acute + a, as text of the browser", [down("Dead", "BracketLeft"), up("Dead", "BracketLeft"), down("á", "KeyA"), { text: "á" }, up("á", "KeyA")], ["'á'"]],
  ["br-abnt2: dead acute + a, by composition", [down("Dead", "BracketLeft"), down("Process", "KeyA", { composing: true }), { text: "á" }, up("a", "KeyA", { composing: true })], ["'á'"]],
  ["br-abnt2: dead tilde + Shift + A", [down("Dead", "Quote"), down("Shift", "ShiftLeft", { shift: true }), down("Ã", "KeyA", { shift: true }), { text: "Ã" }, up("Ã", "KeyA"), up("Shift", "ShiftLeft")], ["'Ã'"]],
  ["br-abnt2: dead acute + x makes two characters", [down("Dead", "BracketLeft"), down("x", "KeyX"), { text: "´x" }, down("y", "KeyY")], ["'´x'", "'y'"]],
  ["br-abnt2: Backspace takes a dead key back", [down("Dead", "BracketLeft"), down("Backspace", "Backspace"), up("Backspace", "Backspace"), down("a", "KeyA")], ["'a'"]],
  ["br-abnt2: a composition that kept Shift's release to itself leaves no Shift", [down("Shift", "ShiftLeft", { shift: true }), down("Process", "Quote", { shift: true }), { text: "ê" }, down("Control", "ControlLeft", { ctrl: true }), down("s", "KeyS", { ctrl: true })], ["'ê'", "+ControlLeft", "+KeyS"]],
  ["ru: a Cyrillic letter, and Ctrl with it as a shortcut", [down("ф", "KeyA"), up("ф", "KeyA"), down("Control", "ControlLeft", { ctrl: true }), down("с", "KeyC", { ctrl: true }), up("с", "KeyC", { ctrl: true }), up("Control", "ControlLeft")], ["'ф'", "+ControlLeft", "+KeyC", "-KeyC", "-ControlLeft"]],
  ["jp: IME", [down("Process", "KeyN", { composing: true }), down("Enter", "Enter", { composing: true }), { text: "日本" }], ["'日本'"]],
  ["emoji is one character", [down("😀", "KeyE")], ["'😀'"]],
  ["a release nobody pressed says nothing", [up("a", "KeyA"), up("Shift", "ShiftLeft"), up("Control", "ControlLeft")], []],
];

describe("keyboard", () => {
  it.each(cases)("%s", (_name, steps, expected) => {
    expect(run(steps).sent).toEqual(expected);
  });

  it("takes characters with Option on a Mac, and releases what Meta swallowed", () => {
    expect(run([down("Alt", "AltLeft", { alt: true }), down("€", "Digit2", { alt: true })], true).sent).toEqual(["'€'"]);
    expect(run([down("Meta", "MetaLeft", { meta: true }), down("c", "KeyC", { meta: true }), up("Meta", "MetaLeft")], true).sent).toEqual(["+MetaLeft", "+KeyC", "-MetaLeft", "-KeyC"]);
  });

  it("keeps Tab and function keys from the browser, and leaves dead keys to it", () => {
    expect(run([down("Tab", "Tab"), down("F5", "F5"), down("a", "KeyA")]).prevented).toEqual([true, true, true]);
    expect(run([down("Dead", "Quote"), down("Process", "KeyA", { composing: true })]).prevented).toEqual([false, false]);
  });

  it("leaves by Ctrl+Alt+Shift in any order, and by nothing less", () => {
    expect(run([down("Control", "ControlLeft"), down("Alt", "AltLeft", { ctrl: true }), down("Shift", "ShiftLeft", { ctrl: true, alt: true })]).left).toBe(true);
    expect(run([down("Shift", "ShiftLeft"), down("Alt", "AltLeft", { shift: true }), down("Control", "ControlLeft", { alt: true, shift: true })]).left).toBe(true);
    expect(run([down("Control", "ControlLeft"), down("Shift", "ShiftLeft", { ctrl: true }), down("Escape", "Escape", { ctrl: true, shift: true })]).left).toBe(false);
  });

  it("presses chords in order and releases them in reverse", () => {
    expect(chordOutputs(SPECIAL_KEYS[0]!).map((o) => (o.kind === "key" ? `${o.down ? "+" : "-"}${o.key}` : ""))).toEqual([
      "+Control", "+Alt", "+Delete", "-Delete", "-Alt", "-Control",
    ]);
  });
});
