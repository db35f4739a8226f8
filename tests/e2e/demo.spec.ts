import { spawn, type ChildProcess } from "node:child_process";

import { Api, Console, expect, output, screen, SosWindow, test, until } from "./harness/index.ts";
import { folder } from "./harness/places.ts";

const repository = `${import.meta.dirname}/../..`;

test("cargo xtask demo: from what it prints to a controlled screen, and nothing stays behind", async ({ page }) => {
  test.setTimeout(300_000);
  const data = folder();
  const demo = new Demo(data);
  try {
    const first = await demo.ready();
    const console = await Console.signIn(page, first, { email: first.email, name: "", password: first.password });
    await console.enterCode(first.number);
    await console.asks();
    demo.press("y");
    await console.seesPicture();
    await console.askControl();
    demo.press("y");
    await console.says("in control");
    await page.screenshot({ path: screen("demo-console") });
    demo.press("s");
    await expect(page.getByText(/stopped sharing|ended it|session is over/i).first()).toBeVisible();

    // The same desktop gives another number, and a refusal is one.
    demo.press("c");
    const next = await demo.says(/started again: (\d{3} \d{3} \d{3})/);
    expect(next).not.toBe(first.number);
    await console.enterCode(next.replaceAll(" ", ""));
    await console.asks();
    demo.press("n");
    await console.says("refused");
    demo.press("p");
    await demo.says(/(\/\S+desktop\.png)/);

    await demo.interrupt();
    expect(() => output("xprop", ["-display", first.display, "-root"])).toThrow();
    await expect(fetch(first.url)).rejects.toThrow();
  } finally {
    await demo.kill();
  }

  // A second start finds data and account as they were.
  const again = new Demo(data);
  try {
    const second = await again.ready();
    again.builtNothing();
    // Even the sign-in has survived.
    await page.goto(second.url);
    await expect(page.getByRole("row").nth(1)).toBeVisible();
    await again.interrupt();
  } finally {
    await again.kill();
  }
});

test("the demo's desk lives: channels, groups and colleagues, people who call, chat and share their screens", async ({ page, browser }) => {
  test.setTimeout(300_000);
  const demo = new Demo(folder());
  try {
    const first = await demo.ready();
    const password = first.password;
    const console = await Console.signIn(page, first, { email: first.email, name: "", password });
    const api = await Api.signIn(first, { email: first.email, name: "", password });
    const { channels, groups } = await api.call<{ channels: unknown[]; groups: unknown[] }>("GET", "setup");
    expect([channels.length, groups.length]).toEqual([2, 3]);
    expect(demo.colleagues().length).toBeGreaterThanOrEqual(4);

    // Callers are real: their programs are there, their words arrive, and a yes shows their screens.
    const ready = page.locator("tbody tr[data-row]").filter({ hasText: "Ready" });
    await expect(ready.nth(2)).toBeVisible({ timeout: 60_000 });
    await expect(ready.filter({ hasText: "1 new message" }).first()).toBeVisible({ timeout: 30_000 });
    await page.screenshot({ path: screen("demo-queue") });
    await page.keyboard.press("t");
    await page.getByTestId("take").click();
    await console.seesPicture(40_000);
    await page.keyboard.press("m");
    await console.write("Good morning, I see your screen now.");
    await expect(page.getByTestId("message").last()).not.toContainText("Good morning", { timeout: 30_000 });
    await page.screenshot({ path: screen("demo-session") });

    // A colleague may sign in beside, and is told apart.
    const [colleague] = demo.colleagues();
    const beside = await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 900 } });
    const second = await Console.signIn(await beside.newPage(), first, { email: colleague!, name: "", password });
    await second.page.keyboard.press("w");
    await expect(second.page.getByTestId("board-channel")).not.toHaveCount(0);
    await expect(second.page.getByTestId("board-person").nth(1)).toBeVisible();
    await expect(second.page.locator("tbody tr[data-row]").filter({ hasText: "Ana Demo" }).first()).toContainText("Active");
    await second.picture("demo-team");
    await beside.close();
    await demo.interrupt();
  } finally {
    await demo.kill();
  }
});

test("cargo xtask demo --here shares the screen it is started on", async ({ desktop, page }) => {
  test.setTimeout(240_000);
  const demo = new Demo(folder(), ["--here"], { ...desktop.env(), HOME: process.env["HOME"] });
  try {
    const printed = await demo.ready();
    expect(printed.number).toBe("");
    const sos = await SosWindow.on(desktop);
    const console = await Console.signIn(page, printed, { email: printed.email, name: "", password: printed.password });
    await console.enterCode(await sos.number());
    await console.asks();
    await sos.asked();
    desktop.picture("demo-here");
    sos.press("yes");
    await console.seesPicture();
    desktop.paint("#d02020");
    await console.seesColour(20, 700, [208, 32, 32], 10_000);
    await demo.interrupt();
    await until(10_000, "the SOS window to be gone", () => (desktop.windows("Ponte").length === 0 ? true : undefined));
    await expect(fetch(printed.url)).rejects.toThrow();
  } finally {
    await demo.kill();
  }
});

test("cargo xtask demo --here without a screen says what to do", () => {
  const { DISPLAY: _, ...nowhere } = process.env;
  expect(() => output("cargo", ["xtask", "demo", "--here"], { env: nowhere })).toThrow(/DISPLAY is not set/);
});

interface Printed {
  url: string;
  email: string;
  password: string;
  number: string;
  display: string;
}

/** The task in a terminal of its own: what it prints, and keys for it. */
class Demo {
  private readonly child: ChildProcess;
  private text = "";
  private readonly over: Promise<void>;

  constructor(data: string, private readonly options: string[] = [], env = process.env) {
    // `script` gives it a terminal, which single keys and Ctrl-C need.
    this.child = spawn("setpriv", ["--pdeathsig", "TERM", "--", "script", "-qefc", `cargo xtask demo --data ${data} ${options.join(" ")}`, "/dev/null"], { cwd: repository, env, stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdout?.on("data", (bytes: Buffer) => (this.text += bytes.toString()));
    this.over = new Promise((resolve) => this.child.once("exit", () => resolve()));
  }

  private get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  async ready(): Promise<Printed> {
    const value = (name: string) => new RegExp(`│ +${name} +(\\S.*?)(?: {2,}|\\s*│|,)`).exec(this.text)?.[1];
    return until(150_000, "the demo's address, sign-in and number", () => {
      if (!this.alive) throw new Error(`the demo ended:\n${this.text}`);
      if (!this.text.includes("Ctrl-C ends everything")) return undefined;
      const [url, email, password, number, display] = [value("Console"), value("E-mail"), value("Password"), value("Number"), value("Desktop")];
      const own = !this.options.includes("--here");
      if (!url || !email || !password || !number || (own && !display)) throw new Error(`not as expected:\n${this.text}`);
      // On a screen that somebody sees, the number is in the SOS window there.
      return { url: url.replace(/\/$/, ""), email, password, number: number.replaceAll(/\D/g, ""), display: display?.replace("display ", "") ?? "" };
    });
  }

  /** Their e-mail addresses. */
  colleagues(): string[] {
    return Array.from(this.text.matchAll(/│ +(\S+@demo\.ponte) +\S/g), ([, email]) => email!).filter((email) => email !== "ana@demo.ponte");
  }

  press(key: string): void {
    this.child.stdin?.write(key);
  }

  /** What is built already is not built again: a demo is there in seconds. */
  builtNothing(): void {
    expect(this.text).not.toContain("building the console");
    expect(this.text).toMatch(/building … [\d.]+ s/);
  }

  /** Waits for words on the terminal; they are taken from what is looked at later. */
  async says(words: RegExp): Promise<string> {
    return until(30_000, `the demo to say ${words}`, () => {
      const found = words.exec(this.text);
      if (!found) throw new Error(`it said:\n${this.text}`);
      this.text = this.text.slice(found.index + found[0].length);
      return found[1];
    });
  }

  /** Ctrl-C. */
  async interrupt(): Promise<void> {
    this.press("\u0003");
    await until(20_000, "the demo to end", () => (this.alive ? undefined : true));
  }

  async kill(): Promise<void> {
    if (!this.alive) return;
    this.child.kill("SIGTERM");
    await this.over;
  }
}
