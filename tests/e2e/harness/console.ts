import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Locator, type Page } from "@playwright/test";

import { screen } from "./places.ts";
import { until } from "./process.ts";
import type { Account, Relay } from "./relay.ts";

/** A technician's console, spoken to as a person does: by what is written on it. */
export class Console {
  private constructor(
    readonly page: Page,
    readonly relay: Relay,
  ) {}

  static async open(page: Page, relay: Relay): Promise<Console> {
    await page.goto(relay.url);
    return new Console(page, relay);
  }

  static async signIn(page: Page, relay: Relay, account: Account): Promise<Console> {
    const console = await Console.open(page, relay);
    await console.submit(account.email, account.password);
    await expect(page.getByRole("button", { name: /new session/i })).toBeVisible();
    return console;
  }

  async submit(email: string, password: string): Promise<void> {
    await this.page.getByLabel(/e-mail/i).fill(email);
    await this.page.getByLabel(/^password/i).fill(password);
    await this.page.getByRole("button", { name: /^sign in$/i }).click();
  }

  /** Types nine digits. What follows (session, or a refusal) is for the test to look at. */
  async enterCode(number: string): Promise<void> {
    await this.page.getByRole("button", { name: /enter code/i }).first().click();
    await this.page.keyboard.type(number);
  }

  /** Makes a session with a link; gives the link. */
  async newSession(person: string, subject: string): Promise<string> {
    await this.page.getByRole("button", { name: /new session/i }).click();
    const dialog = this.page.getByRole("dialog");
    await dialog.getByLabel(/person|name/i).first().fill(person);
    await dialog.getByLabel(/subject/i).fill(subject);
    await dialog.getByRole("button", { name: /create/i }).click();
    return until(10_000, "the link", async () => {
      const text = await dialog.innerText();
      const values = await dialog.getByRole("textbox").evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value));
      return /https?:\/\/\S+\/j\/\S+#\S+/.exec([text, ...values].join("\n"))?.[0];
    });
  }

  row(text: string): Locator {
    return this.page.getByRole("row").filter({ hasText: text });
  }

  get video(): Locator {
    return this.page.locator("video");
  }

  /** Waits until the remote screen is seen: a picture of its size, and new ones when it changes. */
  async seesPicture(within = 15_000): Promise<void> {
    await expect
      .poll(() => this.video.evaluate((video: HTMLVideoElement) => (video.readyState >= 2 ? video.videoWidth : 0)), { timeout: within })
      .toBe(1280);
  }

  async seesNoPicture(): Promise<void> {
    await expect(this.page.locator("video:visible")).toHaveCount(0);
  }

  async askControl(): Promise<void> {
    await this.page.getByRole("button", { name: /(request|ask).*control/i }).click();
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

  async click(x: number, y: number, button: "left" | "right" = "left"): Promise<void> {
    const point = await this.at(x, y);
    await this.page.mouse.move(point.x, point.y, { steps: 3 });
    await this.page.mouse.down({ button });
    await this.page.mouse.up({ button });
  }

  async picture(name: string): Promise<void> {
    await this.page.screenshot({ path: screen(name) });
  }

  /** No accessibility violations on the page as it is now. */
  async isAccessible(): Promise<void> {
    const { violations } = await new AxeBuilder({ page: this.page }).analyze();
    expect(violations.map((v) => `${v.id}: ${v.help} (${v.nodes.map((n) => n.target.join(" ")).join(", ")})`)).toEqual([]);
  }
}
