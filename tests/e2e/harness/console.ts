import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

import { screen } from "./places.ts";
import type { Account } from "./relay.ts";

/** What the console can tell about a session that is not (yet) a picture. */
const words = {
  "asking": /Waiting for the person’s yes/,
  "refused": /The person said no/,
  "silence": /No answer/,
  "revoked": /The person stopped sharing/,
  "reconnecting": /Connection lost\. Reconnecting/,
  "ended by the person": /The person ended it/,
  "session over": /The session is over/,
  "wrong digits": /The last four digits are wrong/,
  "burned": /tried too often and is no longer valid/,
  "no such code": /No computer is showing this code/,
  "in control": /You control this computer/,
  "view only": /View only/,
  "ready": /is ready/,
} as const;

/** Where a console is. */
interface Site {
  readonly url: string;
}

/** A technician's console, spoken to as a person does: by what is written on it. */
export class Console {
  private constructor(
    readonly page: Page,
    readonly relay: Site,
  ) {}

  /** A page that is there already. */
  static on(page: Page, relay: Site): Console {
    return new Console(page, relay);
  }

  static async open(page: Page, relay: Site): Promise<Console> {
    await page.goto(relay.url);
    return new Console(page, relay);
  }

  static async signIn(page: Page, relay: Site, account: Account): Promise<Console> {
    const console = await Console.open(page, relay);
    await console.submit(account.email, account.password);
    // Whatever the language.
    await expect(page.getByTestId("nav-code")).toBeVisible();
    return console;
  }

  async submit(email: string, password: string): Promise<void> {
    await this.page.getByTestId("email").fill(email);
    await this.page.getByTestId("password").fill(password);
    await this.page.getByTestId("sign-in").click();
  }

  async says(what: keyof typeof words, within = 15_000): Promise<void> {
    await expect(this.page.getByText(words[what]).and(this.page.locator(":visible")).first()).toBeVisible({ timeout: within });
  }

  /** Types nine digits. What follows (session, or a refusal) is for the test to look at. */
  async enterCode(number: string): Promise<void> {
    const digits = this.page.getByTestId("digits-1");
    if (!(await digits.isVisible())) await this.page.getByTestId("nav-code").click();
    if ((await digits.inputValue()) === "") {
      await digits.click();
      await this.page.keyboard.type(number);
    } else {
      await digits.fill(number);
    }
    await this.page.getByTestId("connect").click();
  }

  /** Waits until the console says that the end user is asked: it asks by itself once the key is agreed. */
  async asks(): Promise<void> {
    await this.says("asking", 20_000);
  }

  async backToQueue(): Promise<void> {
    await this.page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Queue" }).click();
    await expect(this.page.getByRole("heading", { name: "Queue" })).toBeVisible();
  }

  /** Makes a session with a link; gives the link. */
  async newSession(person: string, subject: string): Promise<string> {
    await this.page.getByTestId("nav-new").click();
    await this.page.getByTestId("person").fill(person);
    await this.page.getByTestId("subject").fill(subject);
    await this.page.getByTestId("make-link").click();
    await expect(this.page.getByTestId("invite-link")).toBeVisible();
    const link = await this.page.getByTestId("invite-link").evaluate((field) => (field instanceof HTMLInputElement ? field.value : (field.querySelector("input")?.value ?? field.textContent ?? "")));
    expect(link).toMatch(/^https?:\/\/\S+\/j\/[0-9a-f-]+#\S{22}$/);
    return link;
  }

  /** A session's row of the queue. */
  row(text: string): Locator {
    return this.page.getByRole("row").filter({ hasText: text });
  }

  async openRow(text: string): Promise<void> {
    await this.row(text).getByRole("link").first().click();
    await expect(this.page.getByRole("heading", { name: /^Session \d+/ })).toBeVisible();
  }

  /** *Start* on the page of a session that is ready. */
  async begin(): Promise<void> {
    await this.page.getByTestId("start").click();
  }

  /** A message of the session's chat, by its text. */
  message(text: string): Locator {
    return this.page.getByTestId("message").filter({ hasText: text });
  }

  /** Writes to the end user; the messages are open. */
  async write(text: string): Promise<void> {
    await this.page.getByTestId("chat-text").fill(text);
    await this.page.keyboard.press("Enter");
  }

  get video(): Locator {
    return this.page.locator("video");
  }

  /** Waits until the remote screen is seen, in its own size. */
  async seesPicture(within = 15_000): Promise<void> {
    await expect
      .poll(() => this.video.evaluateAll((all) => (all as HTMLVideoElement[]).map((video) => (video.readyState >= 2 ? video.videoWidth : 0))), { timeout: within })
      .toEqual([1280]);
  }

  async seesNoPicture(): Promise<void> {
    await expect(this.page.locator("video:visible")).toHaveCount(0);
  }

  /** Waits until a point of the remote picture has a colour. */
  async seesColour(x: number, y: number, colour: [number, number, number], within = 5_000): Promise<void> {
    const difference = () =>
      this.video.evaluate(
        (video: HTMLVideoElement, { x, y, colour }) => {
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 1;
          const pen = canvas.getContext("2d")!;
          pen.drawImage(video, x, y, 1, 1, 0, 0, 1, 1);
          return Math.max(...[...pen.getImageData(0, 0, 1, 1).data.slice(0, 3)].map((value, i) => Math.abs(value - colour[i]!)));
        },
        { x, y, colour },
      );
    await expect.poll(difference, { timeout: within }).toBeLessThan(24);
  }

  async askControl(): Promise<void> {
    await this.page.getByTestId("request-control").click();
  }

  /** Where a point of the remote screen is on the page. */
  async at(x: number, y: number): Promise<{ x: number; y: number }> {
    return this.video.evaluate(
      (video: HTMLVideoElement, [px, py]) => {
        const box = video.getBoundingClientRect();
        // The picture keeps its shape inside the element (object-fit: contain).
        const scale = Math.min(box.width / video.videoWidth, box.height / video.videoHeight);
        const left = box.left + (box.width - video.videoWidth * scale) / 2;
        const top = box.top + (box.height - video.videoHeight * scale) / 2;
        return { x: left + px * scale, y: top + py * scale };
      },
      [x, y] as const,
    );
  }

  /** A click at a point of the remote screen. */
  async click(x: number, y: number, button: "left" | "right" = "left"): Promise<void> {
    const point = await this.at(x, y);
    await this.page.mouse.move(point.x, point.y, { steps: 3 });
    await this.page.mouse.down({ button });
    await this.page.mouse.up({ button });
  }

  /** Ends the session, with an outcome. */
  async end(): Promise<void> {
    await this.page.getByTestId("end").click();
    await expect(this.page.getByRole("dialog")).toBeVisible();
    await this.page.getByTestId("note").fill("Helped over the screen.");
    await this.picture("console-end");
    await this.page.getByTestId("confirm-end").click();
    await expect(this.page.getByRole("dialog")).toBeHidden();
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: screen(name) });
  }

  /** No accessibility violations on the page as it is now. What still fades in or out has not its colours yet. */
  async isAccessible(): Promise<void> {
    await this.page.waitForFunction(() => !document.getAnimations().some(({ effect, playState }) => {
      const fades = effect instanceof KeyframeEffect && effect.getKeyframes().some((frame) => "opacity" in frame || "color" in frame || "backgroundColor" in frame);
      return fades && playState === "running" && effect.getComputedTiming().iterations !== Infinity;
    }));
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).join(", ")})`)).toEqual([]);
  }
}
