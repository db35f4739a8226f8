import { ana, Console, expect, screen, Sos, test } from "./harness/index.ts";

const languages = { en: "en-US", "pt-BR": "pt-BR", ru: "ru-RU" } as const;

for (const [language, locale] of Object.entries(languages)) {
  test.describe(language, () => {
    test.use({ locale });
    test(`every page is complete and accessible in ${language}`, async ({ page, relay, desktop }) => {
      test.setTimeout(90_000);
      const shot = async (name: string) => {
        await page.screenshot({ path: screen(`${language}-${name}`) });
        await accessible();
        // A key that was not translated shows as itself: "queue.title".
        expect(await page.locator("body").innerText()).not.toMatch(/\b(app|nav|signin|queue|state|detail|session|stage|live|code|newSession|invite|error)\.[a-z][A-Za-z]+/);
      };
      const console = await Console.open(page, relay);
      const accessible = () => console.isAccessible();
      await expect(page.locator("html")).toHaveAttribute("lang", language);
      await expect(page.locator("input").first()).toBeVisible();
      await shot("sign-in");

      await page.locator("input").nth(0).fill(ana.email);
      await page.locator("input").nth(1).fill("not this one");
      await page.locator("form button[type=submit], form button").last().click();
      await expect(page.getByRole("alert").first()).toBeVisible();
      await shot("sign-in-wrong");

      await page.locator("input").nth(1).fill(ana.password);
      await page.locator("form button[type=submit], form button").last().click();
      await expect(page.locator("main, [role=main]").getByRole("heading").first()).toBeVisible();
      await shot("queue-empty");

      // The same things by keyboard: n makes a session, c takes a code.
      await page.keyboard.press("n");
      await expect(page.getByRole("dialog")).toBeVisible();
      await shot("new-session");
      await page.getByRole("dialog").getByRole("textbox").first().fill("Maria Souza");
      await page.keyboard.press("Enter");
      const field = page.getByRole("dialog").locator("input[readonly]").first();
      await expect(field).toHaveValue(/#/);
      const link = await field.inputValue();
      await shot("link");
      await page.keyboard.press("Escape");
      await page.keyboard.press("c");
      await expect(page.getByRole("dialog")).toBeVisible();
      await shot("enter-code");
      await page.keyboard.press("Escape");
      await expect(page.getByRole("row").filter({ hasText: "Maria Souza" })).toBeVisible();
      await shot("queue");

      await page.getByRole("row").filter({ hasText: "Maria Souza" }).getByRole("link").first().click();
      await expect(page.getByRole("heading", { name: /1/ }).first()).toBeVisible();
      await shot("session-invited");
      const sos = await Sos.start(desktop, relay, link);
      await expect(page.getByText(/1280\s*×\s*720/).first()).toBeVisible({ timeout: 15_000 });
      await shot("session-ready");
      await sos.running.stop();

      const guest = await page.context().newPage();
      await guest.goto(link);
      await expect(guest.getByText("Northwind support").first()).toBeVisible();
      await guest.screenshot({ path: screen(`${language}-invite`) });
      await guest.close();

      await page.goto(`${relay.url}/no/such/page`);
      await expect(page.getByRole("heading").first()).toBeVisible();
      await shot("not-found");
    });
  });
}

test("a wrong password says so and loses nothing, and many lock the account for a while", async ({ page, relay }) => {
  const console = await Console.open(page, relay);
  for (let tries = 0; tries < 12; tries += 1) {
    await console.submit(ana.email, `wrong ${tries}`);
    const wrong = page.getByText("E-mail and password do not match.");
    const locked = page.getByText(/Too many wrong tries/);
    await expect(wrong.or(locked).first()).toBeVisible();
    await expect(page.getByLabel("E-mail")).toHaveValue(ana.email);
    if (await locked.isVisible()) {
      await console.picture("console-locked");
      return;
    }
  }
  throw new Error("twelve wrong passwords were not too many");
});
