import { boris, type Console, expect, screen, Sos, test } from "./harness/index.ts";

/** Makes a link by which people call the default channel; gives its address. */
async function callLink(console: Console): Promise<string> {
  const { page } = console;
  await page.getByTestId("nav-settings").click();
  await page.getByRole("navigation", { name: "Areas of the settings" }).getByRole("link", { name: "Channels" }).click();
  await page.getByRole("link", { name: "Support", exact: true }).click();
  await page.getByTestId("tab-links").click();
  await page.getByTestId("make-call-link").click();
  await page.getByTestId("link-name").fill("Intranet");
  await page.getByTestId("link-save").click();
  const row = page.getByTestId("call-link-row").filter({ hasText: "Intranet" });
  await row.getByTestId("link-qr").click();
  const link = (await page.getByTestId("call-link").textContent()) ?? "";
  await page.keyboard.press("Escape");
  return link;
}

const session = (console: Console) => console.page.getByTestId("session");

async function tab(console: Console, name: string): Promise<void> {
  const wanted = console.page.getByTestId(`tab-${name}`);
  if (!(await wanted.isVisible())) await console.page.getByTestId("details").click();
  await wanted.click();
}

test("the whole life of a request, with three people and a relay that dies in the middle", async ({ console: first, another, desktop, relay }) => {
  test.setTimeout(300_000);
  const link = await callLink(first);
  await first.backToQueue();
  const second = await another(boris);

  // Maria asks for help by herself, and waits.
  const sos = await Sos.start(desktop, relay, link);
  await sos.formed();
  for (const text of ["Maria Souza", "maria@city.example", "The printer smells of smoke"]) {
    desktop.xdotool("type", "--delay", "20", text);
    desktop.xdotool("key", "--delay", "30", "Tab");
  }
  await sos.send();
  await sos.inLine();
  desktop.picture("life-sos-waiting");
  await expect(first.row("Maria Souza")).toContainText("Ready", { timeout: 20_000 });
  await expect(second.row("Maria Souza")).toContainText("Ready");
  await first.picture("life-queue");

  // Level one takes it: it is theirs for both.
  await first.openRow("Maria Souza");
  await first.begin();
  await expect(session(first)).toHaveAttribute("data-state", "active");
  await expect(second.row("Maria Souza")).toContainText("Ana Lima");

  // A word before anything is shown, then the screen.
  await sos.asked();
  await tab(first, "correspondence");
  await first.write("Good morning Maria, I will look at it with you.");
  sos.press("yes");
  await first.seesPicture(30_000);
  await expect(first.message("Good morning Maria")).toContainText(/Delivered|Seen/, { timeout: 15_000 });
  await first.picture("life-view");

  // The relay dies and comes back: same session, same right to look, and what was written is there once.
  await relay.kill();
  await first.says("reconnecting", 20_000);
  await relay.startAgain();
  await first.seesPicture(40_000);
  await expect(first.message("Good morning Maria")).toHaveCount(1);
  await first.write("I am back, too.");
  await expect(first.message("I am back, too.")).toContainText(/Delivered|Seen/, { timeout: 20_000 });

  // Level two is asked in, with a note, while the picture goes on; the two ends compare five words.
  await tab(first, "team");
  await first.page.getByTestId("transfer").click();
  await first.page.getByTestId("offer-search").fill("Boris");
  await first.page.getByTestId("recipient").filter({ hasText: "Boris" }).getByRole("radio").check();
  await first.page.getByTestId("offer-note").fill("It smells of smoke, and the queue is full.");
  await first.page.getByTestId("offer-submit").click();
  await expect(second.page.getByTestId("offer")).toContainText("It smells of smoke");
  await second.page.getByTestId("offer-accept").click();
  await expect(second.page.getByTestId("pairing-words").getByRole("listitem")).toHaveCount(5);
  await sos.asked();
  desktop.picture("life-sos-words");
  sos.press("yes");
  await second.seesPicture(30_000);
  await expect(session(second)).toHaveAttribute("data-state", "active");

  // Control, asked for by itself.
  await second.askControl();
  await sos.asked();
  sos.press("yes");
  await second.says("in control");
  await second.picture("life-control");
  await tab(second, "correspondence");
  await expect(second.message("Good morning Maria")).toHaveCount(1);

  // Closed with what was done; it is over for everybody.
  await second.end();
  await sos.over();
  desktop.picture("life-sos-over");
  await expect(session(second)).toHaveAttribute("data-state", "closed");
  await first.backToQueue();
  await first.page.getByTestId("view-closed").click();
  await expect(first.row("Maria Souza")).toContainText("Solved");

  // Reopened: the same number, and all that was before.
  await second.page.keyboard.press("o");
  await expect(session(second)).toHaveAttribute("data-state", "active");
  await expect(second.page.getByRole("heading", { name: /^Session 1:/ })).toBeVisible();
  await tab(second, "history");
  for (const event of ["Taken", "Connection lost", "Closed", "Reopened"]) await expect(second.page.getByTestId("history")).toContainText(event);
  await second.page.screenshot({ path: screen("life-reopened") });
  await tab(second, "correspondence");
  await expect(second.message("I am back, too.")).toHaveCount(1);
});
