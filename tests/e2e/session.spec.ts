import { boris, expect, Sos, test } from "./harness/index.ts";

test("a session's tabs, by keyboard, by link, and as they were left", async ({ console, desktop, relay, page }) => {
  const link = await console.newSession("Maria Souza", "The printer smells of smoke");
  await console.backToQueue();
  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.openRow("Maria Souza");
  const tab = (name: string) => page.getByRole("tab", { name });
  await expect(tab("Information")).toHaveAttribute("aria-selected", "true");
  await expect(page.getByTestId("device")).toContainText("Host name");
  await console.picture("session-information");
  await console.isAccessible();

  // Digits, arrows, and the address.
  await page.keyboard.press("2");
  await page.getByTestId("log-text").fill("Looked at the printer");
  await page.getByTestId("log-save").click();
  await expect(tab("Actions, 1 entry")).toHaveAttribute("aria-selected", "true");
  await expect(page).toHaveURL(/\?tab=actions$/);
  await page.getByTestId("log-text").fill("Half a sentence");
  await tab("Actions, 1 entry").focus();
  await page.keyboard.press("End");
  await expect(page.getByTestId("history")).toContainText("Program started");
  await console.picture("session-history");
  await console.isAccessible();

  // Another session and back: the tab is the one that was left, and so is what was being written.
  await console.backToQueue();
  await console.openRow("Maria Souza");
  await expect(page.getByTestId("history")).toBeVisible();
  await page.keyboard.press("2");
  await expect(page.getByTestId("log-text")).toHaveValue("Half a sentence");
  await console.picture("session-actions");
  await console.isAccessible();
  sos.write("hello?");
  await expect(tab("Correspondence, 1 new message")).toBeVisible();
  await page.goto(`${page.url().replace(/\?.*/, "")}?tab=correspondence`);
  await expect(console.message("hello?")).toBeVisible();
  await expect(tab("Correspondence, 1 new message")).toBeVisible();

  // Beside the screen, once it is there: the same tab, narrow; one key makes room for the screen.
  await console.begin();
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
  await expect(console.message("hello?")).toBeVisible();
  await console.picture("session-beside-the-screen");
  await console.isAccessible();
  await page.getByTestId("details").click();
  await expect(page.getByRole("tablist")).toHaveCount(0);
  await page.keyboard.press("d");
  await expect(tab("Correspondence")).toHaveAttribute("aria-selected", "true");
  await page.getByTestId("tab-information").click();
  await expect(page.getByTestId("device")).toContainText("Host name");
});

test("earlier sessions of the person are beside the new one", async ({ console, another, page }) => {
  const open = async (who: typeof console, email: string, subject: string): Promise<void> => {
    await who.page.getByTestId("nav-new").click();
    await who.page.getByTestId("person").fill("Maria Souza");
    await who.page.getByTestId("email").fill(email);
    await who.page.getByTestId("subject").fill(subject);
    await who.page.getByTestId("make-link").click();
    await expect(who.page.getByTestId("invite-link")).toBeVisible();
    await who.backToQueue();
  };
  await open(console, "maria@example.org", "The first printer");
  const second = await another(boris);
  await open(second, "Maria@Example.org", "The second printer");
  await open(second, "otto@example.org", "No printer at all");
  await console.openRow("The second printer");
  const earlier = page.getByTestId("earlier");
  await expect(earlier.getByRole("link")).toHaveCount(1);
  await expect(earlier).toContainText("Same e-mail");
  await console.picture("session-earlier");
  await earlier.getByRole("link").click();
  await expect(page.getByText("The first printer").first()).toBeVisible();
  await expect(page.getByTestId("earlier")).toContainText("The second printer");
});
