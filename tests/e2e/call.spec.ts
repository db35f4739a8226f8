import type { Page } from "@playwright/test";

import { boris, type Console, type Desktop, expect, type Relay, screen, Sos, test, until } from "./harness/index.ts";

/** The page of a channel's part. */
async function channel(console: Console, part: "form" | "links"): Promise<void> {
  const { page } = console;
  await page.getByTestId("nav-settings").click();
  await page.getByRole("navigation", { name: "Areas of the settings" }).getByRole("link", { name: "Channels" }).click();
  await page.getByRole("link", { name: "Support", exact: true }).click();
  await page.getByTestId(`tab-${part}`).click();
}

/** Makes a link as its manager does; gives its address, as *QR code* shows it. */
async function makeLink(console: Console, name: string): Promise<string> {
  const { page } = console;
  await channel(console, "links");
  await page.getByTestId("make-call-link").click();
  await page.getByTestId("link-name").fill(name);
  await page.getByTestId("link-save").click();
  const row = page.getByTestId("call-link-row").filter({ hasText: name });
  await row.getByTestId("link-qr").click();
  const link = (await page.getByTestId("call-link").textContent()) ?? "";
  expect(link).toMatch(/^https?:\/\/\S+\/c\/[0-9a-f-]{36}$/);
  await console.picture("console-link-qr");
  await page.keyboard.press("Escape");
  return link;
}

/** The SOS program with the form of a channel. */
class Form {
  constructor(
    readonly desktop: Desktop,
    readonly sos: Sos,
  ) {}

  static async start(desktop: Desktop, relay: Relay, link: string): Promise<Form> {
    const form = new Form(desktop, await Sos.start(desktop, relay, link));
    await form.sos.formed();
    return form;
  }

  type(text: string): void {
    this.desktop.xdotool("type", "--delay", "20", text);
  }
  keys(...keys: string[]): void {
    this.desktop.xdotool("key", "--delay", "30", ...keys);
  }
  /** Name, contact and subject, as the desk asks unless told otherwise; then the keyboard is at the picture. */
  fill(name: string, contact: string, subject: string): void {
    this.type(name);
    this.keys("Tab");
    this.type(contact);
    this.keys("Tab");
    this.type(subject);
    this.keys("Tab");
  }
}

async function visit(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await page.screenshot({ path: screen(name), fullPage: true });
}

test("by a channel's link somebody asks for help, waits and is helped", async ({ console, desktop, relay, another, context }) => {
  const link = await makeLink(console, "Intranet");
  await expect(console.page.getByTestId("link-used")).toContainText("Not used yet");
  await console.picture("console-links");
  await console.isAccessible();

  // The page: opening it uses nothing up.
  const visitor = await context.newPage();
  await visit(visitor, link, "page-call");
  await expect(visitor.getByTestId("call")).toHaveAttribute("data-state", "open");
  await expect(visitor.getByTestId("call-channel")).toHaveText("Support");
  await expect(visitor.getByTestId("call-link")).toHaveText(link);

  const technician = await another(boris);
  // What is on the screen before the program comes: the picture shows it.
  desktop.paint("#2f8f4e");
  const form = await Form.start(desktop, relay, link);
  desktop.picture("sos-call-form");
  form.fill("Maria Souza", "maria@city.example", "The printer smells of smoke");
  form.keys("Return");
  await form.sos.blacking();
  // From the upper left of the picture to its middle.
  const { x, y, width, height } = form.sos.frame();
  desktop.xdotool("mousemove", `${x + 160}`, `${y + 130}`, "mousedown", "1", "mousemove", `${x + 300}`, `${y + 200}`, "mousemove", `${x + width / 2}`, `${y + height / 2}`, "mouseup", "1");
  desktop.picture("sos-call-blackout");
  form.keys("Escape");
  await form.sos.formed();
  desktop.picture("sos-call-filled");
  form.keys("shift+Tab");
  await form.sos.send();
  await form.sos.inLine();
  desktop.picture("sos-call-waiting");

  // It is in the queue at once, with its timer running.
  const row = technician.row("Maria Souza");
  await expect(row).toContainText("Ready", { timeout: 15_000 });
  await technician.openRow("Maria Souza");
  await expect(technician.page.getByText("The printer smells of smoke").first()).toBeVisible();
  await technician.picture("console-call-session");
  visitor.close();
});

test("a paused link and a deleted one answer alike, and calmly", async ({ console, desktop, relay, context }) => {
  const link = await makeLink(console, "Poster");
  const row = console.page.getByTestId("call-link-row").filter({ hasText: "Poster" });
  await row.getByTestId("link-pause").click();
  await expect(row.getByTestId("link-state")).toContainText("Paused");
  await console.picture("console-link-paused");
  const visitor = await context.newPage();
  await visit(visitor, link, "page-call-gone");
  await expect(visitor.getByText("This link is not in use")).toBeVisible();
  const sos = await Sos.start(desktop, relay, link);
  await sos.over();
  desktop.picture("sos-call-gone");

  await row.getByTestId("link-pause").click();
  await expect(row.getByTestId("link-state")).toContainText("Open");
  await visitor.goto(link);
  await expect(visitor.getByTestId("call")).toHaveAttribute("data-state", "open");
  await row.getByTestId("link-delete").click();
  await console.picture("console-link-delete");
  await console.page.getByTestId("link-delete-confirm").click();
  await expect(console.page.getByText("No links yet")).toBeVisible();
  await visitor.goto(link);
  await expect(visitor.getByText("This link is not in use")).toBeVisible();
});

test("the desk asks what its manager chose, in its own words", async ({ console, desktop, relay }) => {
  await channel(console, "form");
  await console.page.getByTestId("ask-department").selectOption("required");
  await console.page.getByTestId("label-department").fill("Secretaria");
  await console.page.getByTestId("ask-contact").selectOption("no");
  await console.page.getByTestId("privacy").fill("What you write here is kept for a year, and read by the town’s own people only.");
  await console.picture("console-form");
  await console.isAccessible();
  await console.page.getByTestId("save").click();
  await expect(console.page.getByTestId("unsaved")).toContainText("All is saved");
  const link = await makeLink(console, "Town hall");
  const form = await Form.start(desktop, relay, link);
  desktop.picture("sos-call-privacy");
  form.type("Maria Souza");
  form.keys("Tab", "Tab");
  form.type("Slow");
  await form.sos.send();
  // Something required is missing: the keyboard is there.
  desktop.picture("sos-call-missing");
  form.type("Finance");
  await form.sos.send();
  await form.sos.inLine();
  await console.page.getByRole("link", { name: "Queue" }).click();
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.openRow("Maria Souza");
  await expect(console.page.getByText("Finance")).toBeVisible();
});
