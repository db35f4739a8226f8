import { type Box, type Desktop } from "./desktop.ts";
import { program } from "./places.ts";
import { output, type Running, until } from "./process.ts";
import type { Relay } from "./relay.ts";

/** What an end user can press in the SOS program. */
export type Press = "yes" | "no" | "stop" | "leave" | "continue" | "close" | "solved" | "not yet";

type Page = "number" | "question" | "bar" | "end" | "warning" | "changed" | "offline" | "form" | "blackout" | "waiting" | "solved";
type Colour = [number, number, number];
/** The program's colours (sos-client/src/window/theme.rs). */
const accent: Colour = [0x0b, 0x5f, 0x73];
const alarm: Colour = [0xc0, 0x35, 0x18];
const wash: Colour = [0xee, 0xf4, 0xf6];
/** From the middle of *Yes* to the middle of *No*, and from *Leave* to *Continue* on the page about scams. */
const yesToNo = 224;
const leaveToContinue = 244;
/** From the middle of *Yes, it is solved* down to the middle of *No, not yet*. */
const solvedToNotYet = 66;
/** Widest heading of the page about scams. */
const headingOfWarning = 452;

/** The SOS program's window on a desktop; seen by its pixels and pressed by the desktop's own mouse. */
export class SosWindow {
  constructor(
    readonly desktop: Desktop,
    private readonly pid: number,
  ) {}

  /** The window of a program that something else started. */
  static async on(desktop: Desktop): Promise<SosWindow> {
    const window = await desktop.window("Ponte", 150_000);
    return new SosWindow(desktop, Number(desktop.xdotool("getwindowpid", window)));
  }

  /** Its own window, of all windows on the screen. */
  protected window(): string | undefined {
    return this.desktop.windowsOf(this.pid).at(-1);
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

  /** Waits for the form of a channel, with the keyboard in it. */
  async formed(): Promise<void> {
    await until(20_000, "the form in the SOS window", () => this.shows("form"));
    await this.desktop.focused("Ponte");
  }

  /** Waits for the page on which parts of the picture are blacked out. */
  async blacking(): Promise<void> {
    await until(10_000, "the picture in the SOS window", () => this.shows("blackout"));
  }

  /** Waits until the request was sent and waits. */
  async inLine(): Promise<void> {
    await until(20_000, "the request's number in the SOS window", () => this.shows("waiting"));
  }

  /** *Send* on the form. */
  async send(): Promise<void> {
    const button = await until(10_000, "the Send button", () => this.shows("form"));
    this.desktop.click(...middle(button));
  }

  /** Where the window is. */
  frame(): { x: number; y: number; width: number; height: number } {
    const window = this.window();
    if (!window) throw new Error("the SOS program has no window");
    return this.desktop.geometry(window);
  }

  /** Waits until the end user is asked whether it is solved. */
  async askedWhetherSolved(): Promise<void> {
    await until(20_000, "the question whether it is solved", () => this.shows("solved"));
  }

  /** Waits for the last page: it is over, or it was refused. */
  async over(): Promise<void> {
    await until(20_000, "the last page of the SOS window", () => this.shows("end"));
  }

  /** Waits for the page about scams, before a desk that this computer does not know. */
  async warned(): Promise<void> {
    await until(20_000, "the page about scams", () => this.shows("warning"));
  }

  /** *Continue* on the page about scams: it counts once the page has been there for a moment. Another page follows. */
  async goOn(): Promise<void> {
    const from = this.where("leave");
    await until(10_000, "the page after the one about scams", () => {
      const now = this.shows("warning");
      if (!now || Math.abs(middle(now)[1] - from.y) > 8) return true;
      this.press("continue");
      return undefined;
    });
  }

  /** Waits for the page about a desk whose certificate is another one. */
  async sawAnotherCertificate(): Promise<void> {
    await until(30_000, "the page about another certificate", () => this.shows("changed"));
  }

  /** Waits for the page about a desk that does not answer. */
  async offline(): Promise<void> {
    await until(30_000, "the page about no connection", () => this.shows("offline"));
  }

  /** Types an address, where one is asked for, as on a keyboard. */
  typeAddress(address: string): void {
    this.turnTo();
    this.desktop.xdotool("type", "--delay", "20", address);
    this.desktop.xdotool("key", "Return");
  }

  /** Writes to the technician, where the window has a line for it and the keyboard is in it. */
  write(text: string): void {
    this.turnTo();
    this.desktop.xdotool("type", "--delay", "20", text);
    this.desktop.xdotool("key", "Return");
  }

  /** Presses keys one after another, wherever the keyboard is in the window. */
  keys(...keys: string[]): void {
    this.turnTo();
    this.desktop.xdotool("key", "--delay", "120", ...keys);
  }

  /** Waits until the window has stopped changing: two looks at it that are the same. */
  async settled(): Promise<void> {
    let before = "";
    await until(10_000, "the SOS window to come to rest", () => {
      const now = this.desktop.pixels().digest();
      const still = now === before;
      before = now;
      return still ? true : undefined;
    });
  }

  /** Where something to press is on the screen, when it is there. */
  where(what: Press): { x: number; y: number } {
    const pages: Record<Press, Page> = { yes: "question", no: "question", stop: "bar", leave: "warning", continue: "warning", close: "end", solved: "solved", "not yet": "solved" };
    const box = this.shows(pages[what]);
    if (!box) throw new Error(`the SOS window has no button for ${what} now`);
    const [x, y] = middle(box);
    return { x: what === "no" ? x - yesToNo : what === "continue" ? x + leaveToContinue : x, y: what === "not yet" ? y + solvedToNotYet : y };
  }

  press(what: Press): void {
    const { x, y } = this.where(what);
    this.desktop.click(x, y);
  }

  /** What tells a page from the others, when that page is shown: its main button, mostly. */
  private shows(page: Page): Box | undefined {
    const pixels = this.desktop.pixels();
    const wide = (box: Box, from: number, to: number) => box.right - box.left >= from && box.right - box.left <= to && box.bottom - box.top >= 28 && box.bottom - box.top <= 62;
    if (page === "bar") return pixels.areas(alarm, { width: 80, height: 28 }).find((box) => wide(box, 80, 130));
    const main = pixels.areas(accent, { width: 120, height: 28 });
    if (page === "question") return main.find((box) => wide(box, 190, 222));
    if (page === "solved") return main.find((box) => wide(box, 290, 304));
    if (page === "warning" || page === "changed") {
      // The same two buttons; the heading about another certificate is the longer one, in each language.
      const leave = main.find((box) => wide(box, 223, 233));
      return leave && pixels.spread(alarm) > headingOfWarning === (page === "changed") ? leave : undefined;
    }
    if (page === "offline") {
      // It has no main button, but a link in the accent's colour.
      const linked = main.length === 0 && pixels.count(accent) > 60 && pixels.count(alarm) <= 300;
      return linked ? { left: 0, top: 0, right: 0, bottom: 0 } : undefined;
    }
    // Told apart by the window's own size (sos-client/src/window/mod.rs).
    const { width } = this.window() ? this.frame() : { width: 0 };
    if (page === "form") return width === 640 ? main.find((box) => wide(box, 234, 260)) : undefined;
    if (page === "blackout") return width === 1000 ? main.find((box) => wide(box, 145, 160)) : undefined;
    if (page === "waiting") return width === 580 ? pixels.areas(wash, { width: 300, height: 60 })[0] : undefined;
    const button = width === 640 || width === 580 ? undefined : main.find((box) => wide(box, 234, 260));
    const number = pixels.areas(wash, { width: 300, height: 60 }).length > 0;
    return number === (page === "number") ? button : undefined;
  }
}

/** The real SOS program in its real window. */
export class Sos extends SosWindow {
  private constructor(
    desktop: Desktop,
    readonly running: Running,
  ) {
    super(desktop, running.pid);
  }

  /** Configured for a relay, as the desk's own download is; with a link, if one was given. */
  static start(desktop: Desktop, relay: Relay | string, link?: string): Promise<Sos> {
    const address = typeof relay === "string" ? relay : relay.address;
    return Sos.run(desktop, [...(link ? [link] : []), "--relay", address]);
  }

  /** With these arguments and nothing else; on a computer that has other settings, if any are given. */
  static async run(desktop: Desktop, args: string[], settings: NodeJS.ProcessEnv = {}): Promise<Sos> {
    const running = desktop.run(program("ponte-sos"), args, settings);
    const sos = new Sos(desktop, running);
    await until(40_000, "the SOS program's window", () => {
      const window = sos.window();
      if (!window) throw new Error(`the SOS program ${running.alive ? "runs" : "has ended"}; it said:\n${running.log()}`);
      return window;
    });
    return sos;
  }

  /** *Close* on the last page: the program ends; its exit code. */
  async close(): Promise<number | null> {
    await this.over();
    this.press("close");
    return this.running.end(5_000);
  }
}

function middle(box: Box): [number, number] {
  return [(box.left + box.right) / 2, (box.top + box.bottom) / 2];
}
