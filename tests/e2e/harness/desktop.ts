import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { join } from "node:path";

import { folder, screen } from "./places.ts";
import { bytes, output, Running, until } from "./process.ts";

const width = 1280;
const height = 720;

/** A virtual X11 screen with a window manager: the end user's desktop. */
export class Desktop {
  private readonly programs: Running[] = [];

  private constructor(
    readonly display: string,
    readonly folder: string,
    private readonly server: ReturnType<typeof spawn>,
  ) {}

  /** `layout` as setxkbmap knows it: "us", or "br" with variant "abnt2". */
  static async start(layout: string[] = ["us"]): Promise<Desktop> {
    const server = spawn("setpriv", ["--pdeathsig", "KILL", "--", "Xvfb", "-displayfd", "1", "-screen", "0", `${width}x${height}x24`, "-nolisten", "tcp", "-noreset"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const number = await new Promise<string>((resolve, reject) => {
      server.once("exit", () => reject(new Error("Xvfb did not start")));
      server.stdout.once("data", (line: Buffer) => resolve(line.toString().trim()));
    });
    const desktop = new Desktop(`:${number}`, folder(), server);
    desktop.set(layout);
    desktop.paint("#33475b");
    desktop.run("openbox", ["--sm-disable"]);
    // Windows that open before the window manager does would lack frame and focus.
    await until(10_000, "the window manager", () => (output("xprop", ["-root", "_NET_SUPPORTING_WM_CHECK"], { env: desktop.env() }).includes("window id") ? true : undefined));
    // It says so before it is done starting, and until then it loses requests to show a window: it is there once it has carried
    // something out. (Its own settings have four desktops.)
    await until(10_000, "the window manager to carry something out", () => (desktop.xdotool("set_num_desktops", "1", "get_num_desktops").trim() === "1" ? true : undefined));
    return desktop;
  }

  /** The keyboard layout that this desktop's programs see. */
  set([layout = "us", variant]: string[]): void {
    output("setxkbmap", ["-layout", layout, ...(variant ? ["-variant", variant] : [])], { env: this.env() });
  }

  env(): NodeJS.ProcessEnv {
    const { WAYLAND_DISPLAY: _, SESSION_MANAGER: __, XDG_CONFIG_HOME: ___, ...rest } = process.env;
    return { ...rest, DISPLAY: this.display, NO_AT_BRIDGE: "1", HOME: this.folder, LANG: "C.UTF-8" };
  }

  run(command: string, args: string[], settings: NodeJS.ProcessEnv = {}): Running {
    const name = command.split("/").at(-1) ?? command;
    const running = Running.start(name, command, args, { log: join(this.folder, `${name}.log`), env: { ...this.env(), ...settings } });
    this.programs.push(running);
    return running;
  }

  /** Paints the background of the screen. */
  paint(colour: string): void {
    output("xsetroot", ["-solid", colour], { env: this.env() });
  }

  xdotool(...args: string[]): string {
    return output("xdotool", args, { env: this.env() });
  }

  windows(title: string): string[] {
    try {
      return this.xdotool("search", "--onlyvisible", "--name", title).split("\n").filter(Boolean);
    } catch {
      return []; // xdotool fails when nothing is found
    }
  }

  /** Visible windows of a program. */
  windowsOf(pid: number): string[] {
    try {
      return this.xdotool("search", "--onlyvisible", "--pid", `${pid}`).split("\n").filter(Boolean);
    } catch {
      return []; // xdotool fails when nothing is found
    }
  }

  /** Waits for a window with this title. */
  async window(title: string, within = 15_000): Promise<string> {
    return until(within, `a window called ${title}`, () => this.windows(title).at(-1));
  }

  place(window: string, x: number, y: number, w: number, h: number): void {
    this.xdotool("windowsize", "--sync", window, `${w}`, `${h}`, "windowmove", window, `${x}`, `${y}`);
  }

  /** Brings a window to the front, as a click in the task bar does, and waits until it has the keyboard. */
  raise(window: string): void {
    this.xdotool("windowactivate", "--sync", window);
  }

  /** Waits until a window with this title has the keyboard. */
  async focused(title: string): Promise<void> {
    await until(5_000, `${title} to have the keyboard`, () => (this.xdotool("getwindowfocus", "getwindowname").includes(title) ? true : undefined));
  }

  geometry(window: string): { x: number; y: number; width: number; height: number } {
    const fields = Object.fromEntries(
      this.xdotool("getwindowgeometry", "--shell", window)
        .split("\n")
        .map((line) => line.split("=") as [string, string]),
    );
    return { x: Number(fields["X"]), y: Number(fields["Y"]), width: Number(fields["WIDTH"]), height: Number(fields["HEIGHT"]) };
  }

  /** A click by the end user's own mouse. */
  click(x: number, y: number): void {
    this.xdotool("mousemove", `${Math.round(x)}`, `${Math.round(y)}`, "sleep", "0.08", "mousedown", "1", "sleep", "0.05", "mouseup", "1");
  }

  pointer(): { x: number; y: number } {
    const [, x, y] = /x:(\d+) y:(\d+)/.exec(this.xdotool("getmouselocation")) ?? [];
    return { x: Number(x), y: Number(y) };
  }

  clipboard(): string {
    return output("timeout", ["2", "xclip", "-selection", "clipboard", "-out"], { env: this.env() });
  }

  /** The whole screen, kept as build output. */
  picture(name: string): void {
    output("import", ["-window", "root", screen(name)], { env: this.env() });
  }

  /** What the screen shows now. */
  pixels(): Pixels {
    return new Pixels(bytes("import", ["-window", "root", "-depth", "8", "rgb:-"], { env: this.env() }), width, height);
  }

  async stop(): Promise<void> {
    for (const program of this.programs.reverse()) await program.stop();
    const gone = new Promise((resolve) => this.server.once("exit", resolve));
    if (this.server.exitCode === null && this.server.kill("SIGTERM")) await gone;
  }
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** RGB pixels of a screen. */
export class Pixels {
  constructor(
    private readonly rgb: Buffer,
    readonly width: number,
    readonly height: number,
  ) {}

  at(x: number, y: number): [number, number, number] {
    const i = (y * this.width + x) * 3;
    return [this.rgb[i] ?? 0, this.rgb[i + 1] ?? 0, this.rgb[i + 2] ?? 0];
  }

  /** Two pictures that are the same have the same. */
  digest(): string {
    return createHash("sha256").update(this.rgb).digest("hex");
  }

  /** How many pixels have a colour. */
  count(colour: [number, number, number]): number {
    let found = 0;
    for (let y = 0; y < this.height; y += 1) for (let x = 0; x < this.width; x += 1) if (this.at(x, y).every((value, i) => Math.abs(value - (colour[i] ?? 0)) <= 3)) found += 1;
    return found;
  }

  /** From the leftmost to the rightmost pixel of a colour. */
  spread(colour: [number, number, number]): number {
    let [left, right] = [this.width, 0];
    for (let y = 0; y < this.height; y += 1) {
      for (let x = 0; x < this.width; x += 1) {
        if (!this.at(x, y).every((value, i) => Math.abs(value - (colour[i] ?? 0)) <= 3)) continue;
        [left, right] = [Math.min(left, x), Math.max(right, x)];
      }
    }
    return Math.max(0, right - left);
  }

  /** Solid areas of a colour, at least that large, from the top down: how a person finds "the green button". */
  areas(colour: [number, number, number], least: { width: number; height: number }): Box[] {
    const seen = new Uint8Array(this.width * this.height);
    const found: Box[] = [];
    const hit = (x: number, y: number) => this.at(x, y).every((value, i) => Math.abs(value - (colour[i] ?? 0)) <= 3);
    for (let y = 0; y < this.height; y += 2) {
      for (let x = 0; x < this.width; x += 2) {
        if (seen[y * this.width + x] || !hit(x, y)) continue;
        const box: Box = { left: x, top: y, right: x, bottom: y };
        const open: [number, number][] = [[x, y]];
        seen[y * this.width + x] = 1;
        for (let point = open.pop(); point; point = open.pop()) {
          const [px, py] = point;
          box.left = Math.min(box.left, px);
          box.right = Math.max(box.right, px);
          box.top = Math.min(box.top, py);
          box.bottom = Math.max(box.bottom, py);
          for (const [nx, ny] of [[px + 2, py], [px - 2, py], [px, py + 2], [px, py - 2]] as const) {
            if (nx < 0 || ny < 0 || nx >= this.width || ny >= this.height || seen[ny * this.width + nx] || !hit(nx, ny)) continue;
            seen[ny * this.width + nx] = 1;
            open.push([nx, ny]);
          }
        }
        if (box.right - box.left >= least.width && box.bottom - box.top >= least.height) found.push(box);
      }
    }
    return found;
  }
}
