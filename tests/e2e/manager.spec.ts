import { type Locator, type Page } from "@playwright/test";

import { ana, Api, boris, Console, expect, screen, Sos, test } from "./harness/index.ts";

/** Most presses of Tab that a page may need to get anywhere. */
const FAR = 120;

/** Somebody who uses no mouse. */
class Keyboard {
  constructor(readonly page: Page) {}

  /** Tab, until it is there: what cannot be reached by it fails here. */
  async to(target: Locator): Promise<void> {
    await expect(target).toBeVisible();
    for (let pressed = 0; pressed < FAR; pressed += 1) {
      if (await target.evaluate((element) => element === document.activeElement || (element.contains(document.activeElement) && document.activeElement !== document.body))) return;
      await this.page.keyboard.press("Tab");
    }
    throw new Error(`the keyboard does not get to ${String(target)}`);
  }

  async press(target: Locator, key = "Enter"): Promise<void> {
    await this.to(target);
    await this.page.keyboard.press(key);
  }

  async type(target: Locator, text: string): Promise<void> {
    await this.to(target);
    await this.page.keyboard.press("ControlOrMeta+a");
    await this.page.keyboard.type(text);
  }

  /** An entry of a list of the browser's own: by its first letters. */
  async choose(target: Locator, label: string): Promise<void> {
    await this.to(target);
    await this.page.keyboard.type(label);
    await expect(target.locator("option:checked")).toHaveText(label);
  }
}

test("a channel from nothing, and a busy hour in it, by keyboard alone", async ({ page, relay, another, desktop }) => {
  test.setTimeout(240_000);
  const keys = new Keyboard(page);
  const id = (name: string): Locator => page.getByTestId(name);
  await page.goto(relay.url);
  await keys.type(id("email"), ana.email);
  await keys.type(id("password"), ana.password);
  await page.keyboard.press("Enter");
  const settings = new SettingsByKeyboard(page, keys);
  await expect(id("nav-code")).toBeVisible();

  // A group, and the channel in which it works.
  await keys.press(id("nav-settings"));
  await settings.area("Groups");
  await keys.press(id("new-groups"));
  await keys.type(id("new-name"), "Networks");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Networks" })).toBeVisible();
  await keys.press(page.getByRole("checkbox", { name: boris.name }), "Space");
  await keys.press(id("save"));
  await expect(id("unsaved")).toHaveText("All is saved.");
  await settings.area("Channels");
  await keys.press(id("new-channels"));
  await keys.type(id("new-name"), "Second line");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Second line" })).toBeVisible();
  await keys.type(id("description"), "What takes longer than ten minutes");
  await keys.press(id("tab-members"));
  await keys.press(page.getByRole("checkbox", { name: /Networks/ }), "Space");
  await keys.press(id("tab-routing"));
  await keys.press(id("add-rule"));
  await keys.type(id("rule-name"), "Network trouble");
  await keys.type(id("condition-values"), "vpn");
  await page.keyboard.press("Enter");
  await keys.choose(id("rule-priority"), "High");
  await keys.press(id("save"));
  await expect(id("unsaved")).toHaveText("All is saved.");
  await page.screenshot({ path: screen("manager-channel") });

  // Where would it go?
  await keys.press(id("tab-routing"));
  await keys.type(id("try-text"), "The VPN drops every hour");
  await keys.press(id("try"));
  await expect(id("tried")).toContainText("Network trouble");
  await page.screenshot({ path: screen("manager-tried") });

  // The hour: requests come in by the others, one of them with the program started; the board tells how many wait.
  const api = await Api.signIn(relay, boris);
  const { channels } = await api.call<{ channels: { id: string; setup: { name: string } }[] }>("GET", "setup");
  const there = channels.find(({ setup }) => setup.name === "Second line")!.id;
  await page.keyboard.press("q");
  const second = await another(boris);
  await second.page.getByTestId("nav-new").click();
  await second.page.getByTestId("person").fill("Maria Souza");
  await second.page.getByTestId("channel").selectOption("Second line");
  await second.page.getByTestId("priority").selectOption("urgent");
  await second.page.getByTestId("make-link").click();
  const link = await second.page.getByTestId("invite-link").evaluate((field) => (field instanceof HTMLInputElement ? field.value : (field.querySelector("input")?.value ?? field.textContent ?? "")));
  const sos = await Sos.start(desktop, relay, link);
  for (let n = 1; n <= 25; n += 1) await api.open(`Person ${n}`, { channel: there, priority: n % 5 === 0 ? "high" : "normal", subject: n === 17 ? "The board room is dark" : "The VPN drops" });
  await expect(id("view-waiting").locator("span").last()).toHaveText("26");
  await page.keyboard.press("w");
  const board = page.getByTestId("board-channel").filter({ hasText: "Second line" });
  await expect(board).toContainText("1", { timeout: 15_000 });
  await page.screenshot({ path: screen("manager-team") });
  await page.keyboard.press("Escape");
  await expect(id("board")).toHaveCount(0);
  // Rows by their keys, words by theirs; and back.
  await page.keyboard.press("2");
  await page.keyboard.press("/");
  await page.keyboard.type("board room");
  await expect(page.locator("tbody tr[data-row]")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.getByTestId("queue-status")).toContainText("26");
  await page.keyboard.press("g");
  await expect(page.getByRole("table")).toHaveAttribute("data-density", "compact");
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Maria Souza");
  await page.keyboard.press("q");
  await page.keyboard.press("t");
  await expect(id("take")).toBeVisible();
  await keys.press(id("take"));
  await expect(page.getByRole("heading", { level: 1 })).toContainText("Maria Souza");
  await page.keyboard.press("2");
  await keys.type(id("log-text"), "Called back");
  await keys.press(id("log-save"));
  await expect(page.getByRole("tab", { name: "Actions, 1 entry" })).toBeVisible();
  await sos.asked();
  sos.press("yes");
  await Console.on(page, relay).seesPicture();
  await page.screenshot({ path: screen("manager-session") });
});

/** The settings, reached by Tab. */
class SettingsByKeyboard {
  constructor(
    private readonly page: Page,
    private readonly keys: Keyboard,
  ) {}

  async area(name: string): Promise<void> {
    await this.keys.press(this.page.getByRole("navigation", { name: "Areas of the settings" }).getByRole("link", { name }));
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }
}
