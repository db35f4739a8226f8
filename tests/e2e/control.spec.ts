import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { chromium } from "@playwright/test";

import { browser } from "./harness/browser.ts";
import { ana, Console, controlled, Desktop, editor, expect, output, type Relay, test, until } from "./harness/index.ts";

/**
 * A technician at a real keyboard: a browser in a window on a desktop of its own, with a layout of its own, whose keys are pressed by
 * number as a keyboard does. What a key means is for that layout, and the browser, to say.
 */
class Keyboard {
  private constructor(
    private readonly desktop: Desktop,
    readonly console: Console,
    private readonly close: () => Promise<void>,
  ) {}

  static async at(layout: string[], relay: Relay): Promise<Keyboard> {
    const desktop = await Desktop.start(layout);
    const options = browser(false);
    const chrome = await chromium.launch({ ...options.launchOptions, headless: false, args: [...options.launchOptions.args, "--start-maximized"], env: desktop.env() as Record<string, string> });
    const page = await chrome.newPage({ viewport: null, locale: "en-US" });
    const console = await Console.signIn(page, relay, ana);
    return new Keyboard(desktop, console, async () => {
      await chrome.close();
      await desktop.stop();
    });
  }

  /** Keys by number (X11 key codes), each as one word: "38", or "50+38" with Shift held. */
  press(...keys: string[]): void {
    for (const key of keys) {
      const codes = key.split("+");
      this.desktop.xdotool(...codes.flatMap((code) => ["keydown", code]), ...codes.reverse().flatMap((code) => ["keyup", code]), "sleep", "0.02");
    }
  }

  async stop(): Promise<void> {
    await this.close();
  }
}

/** X11 key codes of a PC keyboard. */
const key = { a: "38", c: "54", e: "26", o: "32", q: "24", t: "28", u: "30", i: "31", y: "29", z: "52", s: "39", n1: "10", n2: "11", semicolon: "47", bracketLeft: "34", quote: "48", slash: "61", abnt: "97", space: "65", shift: "50", altGr: "108", control: "37", enter: "36" };

const keyboards = {
  us: { layout: ["us"], keys: [key.a, `${key.shift}+${key.a}`, key.z, key.y, key.semicolon, `${key.shift}+${key.n2}`, key.slash, key.bracketLeft], text: "aAzy;@/[" },
  "br-abnt2": {
    layout: ["br", "abnt2"],
    // ç, dead acute + a, dead tilde + o, dead circumflex + e, AltGr+q, /
    keys: [key.semicolon, key.bracketLeft, key.a, key.quote, key.o, `${key.shift}+${key.quote}`, key.e, `${key.altGr}+${key.q}`, key.abnt, key.z],
    text: "çáõê/" + "/z",
  },
} as const;

for (const [here, typed] of Object.entries(keyboards)) {
  for (const [there, remote] of Object.entries(keyboards)) {
    test.describe(`${here} to ${there}`, () => {
      test.use({ layout: [...remote.layout] });
      test(`what is typed on a ${here} keyboard appears on a ${there} desktop`, async ({ relay, desktop, sos }) => {
        test.setTimeout(90_000);
        const keyboard = await Keyboard.at([...typed.layout], relay);
        try {
          const { file, x, y } = await editor(desktop);
          await controlled(keyboard.console, sos);
          await keyboard.console.click(x, y);
          await desktop.focused("Mousepad");
          keyboard.press(...typed.keys);
          await keyboard.console.picture(`console-typing-${here}-${there}`);
          keyboard.press(`${key.control}+${key.s}`);
          const saved = await until(5_000, "the saved text", () => readFileSync(file, "utf8").trimEnd() || undefined);
          expect(saved).toBe(typed.text);
        } finally {
          desktop.picture(`sos-typing-${here}-${there}`);
          await keyboard.stop();
        }
      });
    });
  }
}

test("mouse: clicks, dragging and the wheel arrive where they were meant", async ({ console, sos, desktop, page }) => {
  const file = join(desktop.folder, "long.txt");
  // Each line begins with another of the words, so that a text that moves looks different.
  const words = ["since", "monday", "the", "printer", "prints", "half", "pages"];
  writeFileSync(file, Array.from({ length: 200 }, (_, line) => words.map((_, i) => words[(i + line) % words.length]).join(" ")).join("\n"));
  desktop.run("mousepad", ["--disable-server", file]);
  desktop.place(await desktop.window("Mousepad"), 30, 60, 600, 400);
  await controlled(console, sos);

  // A double click selects a word, and the shortcut copies it there. The place is well inside every line's text.
  const word = await console.at(140, 240);
  await page.mouse.move(word.x, word.y, { steps: 3 });
  await page.mouse.dblclick(word.x, word.y);
  await desktop.focused("Mousepad");
  await page.keyboard.press("Control+C");
  // Until the editor owns the clipboard it holds the session's number.
  await until(5_000, "a copied word", () => words.includes(desktop.clipboard()) || undefined);

  // The wheel moves the text: the first line is gone from the picture.
  const before = desktop.pixels();
  await page.mouse.move(word.x, word.y);
  for (let notch = 0; notch < 10; notch += 1) await page.mouse.wheel(0, 120);
  await until(5_000, "the text to move", () => {
    const after = desktop.pixels();
    let changed = 0;
    for (let y = 120; y < 420; y += 4) for (let x = 60; x < 560; x += 4) if (Math.abs(after.at(x, y)[0] - before.at(x, y)[0]) > 60) changed += 1;
    return changed > 40 ? true : undefined;
  });

  // The right button opens a menu there.
  await console.click(300, 300, "right");
  await until(5_000, "a menu", () => (desktop.windows("Mousepad").length > 1 ? true : undefined));
  await console.picture("console-remote-menu");
});

test("control cannot press the SOS program's own buttons", async ({ console, sos, desktop }) => {
  await controlled(console, sos);
  const stop = sos.where("stop");
  await console.click(stop.x, stop.y);
  await expect(console.page.getByText(/own window/)).toBeVisible();
  await console.says("in control");
  expect(sos.running.alive).toBe(true);
  desktop.picture("sos-own-window");
  await console.picture("console-own-window");
});

test("Stop ends the sharing at once", async ({ console, sos, desktop }) => {
  const edge = () => desktop.pixels().at(1, 400);
  const before = edge();
  await controlled(console, sos);
  // The line around the screen, as long as somebody sees it.
  expect(edge()).not.toEqual(before);
  sos.press("stop");
  await sos.stoppedSharing();
  await until(5_000, "the line around the screen to be gone", () => (edge().join() === before.join() ? true : undefined));
  desktop.picture("sos-stopped");
  await expect(console.page.getByText(/stopped sharing|ended it|session is over/i).first()).toBeVisible();
  await console.seesNoPicture();
  await console.picture("console-stopped");
});

test("Escape held for two seconds stops, even with the network cut", async ({ console, sos, desktop, relay }) => {
  await controlled(console, sos);
  await relay.kill();
  desktop.xdotool("keydown", "Escape", "sleep", "2.3", "keyup", "Escape");
  await sos.stoppedSharing();
  desktop.picture("sos-stopped-by-key");
});

test("keys held when the network breaks are let go", async ({ console, sos, desktop, relay, page }) => {
  const { x, y } = await editor(desktop);
  await controlled(console, sos);
  await console.click(x, y);
  await desktop.focused("Mousepad");
  // Control travels at once; Shift only with what it changes.
  await page.keyboard.down("Control");
  const held = () => output("xinput", ["--query-state", "Virtual core XTEST keyboard"], { env: desktop.env() }).includes("key[37]=down");
  await until(5_000, "Control to be down on the remote desktop", () => held() || undefined);
  await relay.kill();
  await until(15_000, "Control to be up again", () => !held() || undefined);
});
