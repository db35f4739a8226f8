import { readFileSync } from "node:fs";

import { ana, boris, type Console, controlled, editor, expect, Sos, test, until, watched } from "./harness/index.ts";

test("after the relay is killed and started again, picture and control come back by themselves", async ({ console, sos, desktop, relay }) => {
  await watched(console, sos);

  await relay.kill();
  await console.says("reconnecting", 20_000);
  await console.picture("console-reconnecting");
  desktop.picture("sos-reconnecting");
  await relay.startAgain();

  // The picture is alive again: it shows what happens from now on.
  desktop.paint("#d02020");
  await console.seesPicture(20_000);
  await console.seesColour(20, 700, [208, 32, 32], 10_000);
  await expect(console.page.getByText("Waiting for the person’s yes")).toHaveCount(0);
  await console.picture("console-back");
});

test("after the relay is killed and started again, what is typed arrives again", async ({ console, sos, desktop, relay, page }) => {
  const { file, x, y } = await editor(desktop);
  await controlled(console, sos);
  await console.click(x, y);
  await desktop.focused("Mousepad");
  await page.keyboard.type("before");
  // What is on its way when the relay is killed is lost with it.
  await page.keyboard.press("Control+S");
  await until(5_000, "the text before", () => (readFileSync(file, "utf8").trimEnd() === "before" ? true : undefined));

  await relay.kill();
  await console.says("reconnecting", 20_000);
  await relay.startAgain();
  desktop.paint("#d02020");
  await console.seesColour(20, 700, [208, 32, 32], 20_000);
  await console.says("in control");
  await console.click(x, y);
  await page.keyboard.type(" after");
  await page.keyboard.press("Control+S");
  await until(5_000, "the saved text", () => (readFileSync(file, "utf8").trimEnd() === "before after" ? true : undefined));
  await console.picture("console-typing-after-restart");
});

test("a program that is lost while nobody looks is shown as reconnecting, and as back", async ({ console, sos, page, relay }) => {
  test.setTimeout(120_000);
  await watched(console, sos);
  // A new page of the queue: the viewer is gone with the page before.
  await page.goto(relay.url);
  const row = page.getByRole("row").nth(1);
  await expect(row).toContainText("Active · Connected");
  await until(10_000, "the viewer to be gone", async () => ((await relay.metric("ponte_viewers")) === 0 ? true : undefined));

  sos.running.signal("SIGSTOP");
  await expect(row).toContainText("Active · Reconnecting", { timeout: 45_000 });
  await console.picture("console-queue-reconnecting");
  sos.running.signal("SIGCONT");
  await expect(row).toContainText("Active · Connected", { timeout: 30_000 });
  await row.getByRole("link").first().click();
  await console.seesPicture(20_000);
});

test("a killed relay forgets nothing: sessions, owners and the queue are as they were", async ({ console, desktop, relay, page }) => {
  const link = await console.newSession("Maria Souza", "Printer");
  await console.backToQueue();
  await console.newSession("João Lima", "Screen");
  await console.backToQueue();
  await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.row("Maria Souza").hover();
  await console.row("Maria Souza").getByRole("button", { name: "Assign to me" }).click();
  await expect(console.row("Maria Souza")).toContainText("Active");

  await relay.kill();
  await relay.startAgain();
  await page.reload();
  await expect(page.getByRole("heading", { name: "Queue" })).toBeVisible();
  await expect(console.row("Maria Souza")).toContainText("Active");
  await expect(console.row("João Lima")).toContainText("Invited");
});

test("the queue of every console follows without reloading", async ({ console, another }) => {
  const second = await another(boris);
  await console.newSession("Maria Souza", "Live");
  await expect(second.row("Maria Souza")).toContainText("Invited");
  await second.picture("console-queue-live");
});

test("reloading the page comes back to the same picture without a new code", async ({ console, sos, page }) => {
  await watched(console, sos);
  await page.reload();
  await console.seesPicture(20_000);
});

test("another technician cannot see a screen that was not shown to them", async ({ console, another, sos }) => {
  await watched(console, sos);
  const second: Console = await another(boris);
  await second.row(ana.name).getByRole("link").first().click();
  await expect(second.page.getByText(`${ana.name} has this session`)).toBeVisible();
  await second.seesNoPicture();
  await second.picture("console-not-the-owner");
});
