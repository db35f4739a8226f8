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

      await page.getByTestId("email").fill(ana.email);
      await page.getByTestId("password").fill("not this one");
      await page.getByTestId("sign-in").click();
      await expect(page.getByTestId("signin-error")).toBeVisible();
      await shot("sign-in-wrong");

      await page.getByTestId("password").fill(ana.password);
      await page.getByTestId("sign-in").click();
      await expect(page.locator("main, [role=main]").getByRole("heading").first()).toBeVisible();
      await shot("queue-empty");

      await page.getByTestId("nav-new").click();
      await expect(page.getByTestId("person")).toBeVisible();
      await shot("new-session");
      const link = await console.newSession("Maria Souza", "");
      await shot("link");
      await page.getByTestId("nav-code").click();
      await expect(page.getByTestId("digits-1")).toBeVisible();
      await shot("enter-code");
      await page.goto(relay.url);
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

// crates/app/src/desk/accounts.rs: five for an account from one address within ten minutes.
test("five wrong passwords each say so and lose nothing, and then even the right one has to wait ten minutes", async ({ page, relay }) => {
  const console = await Console.open(page, relay);
  const wrong = page.getByText("E-mail and password do not match.");
  const locked = page.getByText(/^Too many wrong tries\. Try again in (10:00|9:\d\d)\.$/);
  /** The answer to this very try: what is on the page may be an earlier one's. */
  const submit = async (password: string): Promise<number> => {
    const answer = page.waitForResponse((response) => response.url().endsWith("/auth/sign-in"));
    await console.submit(ana.email, password);
    return (await answer).status();
  };
  for (let tries = 1; tries <= 5; tries += 1) {
    expect(await submit(`wrong ${tries}`), `try ${tries}`).toBe(401);
    await expect(wrong).toBeVisible();
    await expect(locked).toHaveCount(0);
    await expect(page.getByLabel("E-mail")).toHaveValue(ana.email);
  }
  expect(await submit(ana.password)).toBe(429);
  await expect(locked).toBeVisible();
  await expect(wrong).toHaveCount(0);
  await expect(page.getByLabel("E-mail")).toHaveValue(ana.email);
  await expect(page.getByTestId("sign-in")).toBeDisabled();
  await console.picture("console-locked");
});
