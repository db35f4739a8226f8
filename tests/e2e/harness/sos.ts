import { type Box, type Desktop } from "./desktop.ts";
import { program } from "./places.ts";
import { output, type Running, until } from "./process.ts";
import type { Relay } from "./relay.ts";

/** What an end user can press in the SOS program. */
export type Press = "yes" | "no" | "stop";

type Colour = [number, number, number];
/** The program's colours (sos-client/src/window/theme.rs). */
const accent: Colour = [0x0b, 0x5f, 0x73];
const alarm: Colour = [0xc0, 0x35, 0x18];
const wash: Colour = [0xee, 0xf4, 0xf6];
/** From the middle of *Yes* to the middle of *No*. */
const yesToNo = 224;

/** The real SOS program in its real window; seen by its pixels and pressed by the desktop's own mouse. */
export class Sos {
  private constructor(
    readonly desktop: Desktop,
    readonly running: Running,
  ) {}

  static async start(desktop: Desktop, relay: Relay | string, link?: string): Promise<Sos> {
    const address = typeof relay === "string" ? relay : relay.address;
    const running = desktop.run(program("ponte-sos"), [...(link ? [link] : []), "--relay", address]);
    const sos = new Sos(desktop, running);
    await until(15_000, `the SOS program's window; it said:\n${running.log()}`, () => {
      if (!running.alive) throw new Error(`the SOS program ended:\n${running.log()}`);
      return sos.window();
    });
    return sos;
  }

  /** Its own window, of all windows on the screen. */
  private window(): string | undefined {
    return this.desktop.windowsOf(this.running.pid).at(-1);
  }

  /** The end user turns to it, as they do before they read anything out; other windows may have come to lie on top. */
  private turnTo(): void {
    const window = this.window();
    if (window) this.desktop.raise(window);
  }

  /** The nine digits, as the end user passes them on: *Copy number*, then the clipboard. */
  async number(): Promise<string> {
    output("sh", ["-c", "printf none | xclip -selection clipboard -in >/dev/null 2>&1"], { env: this.desktop.env() });
    this.turnTo();
    return until(20_000, "the nine digits", () => {
      const copy = this.shows("number");
      if (!copy) return undefined;
      this.desktop.click(...middle(copy));
      const digits = this.desktop.clipboard().replaceAll(/\D/g, "");
      return digits.length === 9 ? digits : undefined;
    });
  }

  /** Waits until the number is on the screen. */
  async waits(): Promise<void> {
    await until(20_000, "the number in the SOS window", () => this.shows("number"));
  }

  /** Waits until the end user is asked. */
  async asked(): Promise<void> {
    await until(20_000, "a question in the SOS window", () => this.shows("question"));
  }

  /** Waits until the bar is there that says who is looking. */
  async shared(): Promise<void> {
    await until(10_000, "the bar of a session", () => this.shows("bar"));
  }

  /** Waits until the bar is gone. */
  async stoppedSharing(): Promise<void> {
    await until(10_000, "the bar to be gone", () => (this.shows("bar") ? undefined : true));
  }

  /** Waits for the last page: it is over, or it was refused. */
  async over(): Promise<void> {
    await until(20_000, "the last page of the SOS window", () => this.shows("end"));
  }

  /** *Close* on the last page: the program ends; its exit code. */
  async close(): Promise<number | null> {
    const box = await until(20_000, "the last page of the SOS window", () => this.shows("end"));
    this.desktop.click(...middle(box));
    return this.running.end(5_000);
  }

  /** Where something to press is on the screen, when it is there. */
  where(what: Press): { x: number; y: number } {
    const box = this.shows(what === "stop" ? "bar" : "question");
    if (!box) throw new Error(`the SOS window has no button for ${what} now`);
    const [x, y] = middle(box);
    return { x: what === "no" ? x - yesToNo : x, y };
  }

  press(what: Press): void {
    const { x, y } = this.where(what);
    this.desktop.click(x, y);
  }

  /** The main button of a page, when that page is shown. */
  private shows(page: "number" | "question" | "bar" | "end"): Box | undefined {
    const pixels = this.desktop.pixels();
    const wide = (box: Box, from: number, to: number) => box.right - box.left >= from && box.right - box.left <= to && box.bottom - box.top >= 28 && box.bottom - box.top <= 62;
    if (page === "bar") return pixels.areas(alarm, { width: 80, height: 28 }).find((box) => wide(box, 80, 130));
    const main = pixels.areas(accent, { width: 180, height: 40 });
    if (page === "question") return main.find((box) => wide(box, 190, 222));
    const button = main.find((box) => wide(box, 228, 260));
    const number = pixels.areas(wash, { width: 300, height: 60 }).length > 0;
    return number === (page === "number") ? button : undefined;
  }
}

function middle(box: Box): [number, number] {
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}
