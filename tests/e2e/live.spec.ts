import { expect, screen, test } from "./harness/index.ts";

const looks = [
  { language: "en", locale: "en-US", colorScheme: "light" },
  { language: "ru", locale: "ru-RU", colorScheme: "dark" },
  { language: "pt-BR", locale: "pt-BR", colorScheme: "dark" },
] as const;

for (const { language, locale, colorScheme } of looks) {
  test.describe(`${language}, ${colorScheme}`, () => {
    test.use({ locale, colorScheme });
    test(`the remote screen's page is accessible in ${language}, ${colorScheme}`, async ({ console, sos, page }) => {
      test.setTimeout(90_000);
      const shot = async (name: string) => {
        await page.screenshot({ path: screen(`${language}-${colorScheme}-${name}`) });
        await console.isAccessible();
      };
      await console.enterCode(await sos.number());
      await sos.asked();
      await shot("live-asking");
      sos.press("yes");
      await console.seesPicture();
      await expect(page.getByTestId("request-control")).toBeVisible();
      await shot("live-view");
      await console.askControl();
      await sos.asked();
      await shot("live-asking-control");
      sos.press("yes");
      await expect(page.getByTestId("give-back")).toBeVisible();
      await shot("live-control");
      await page.getByTestId("stats-toggle").click();
      await shot("live-statistics");
      await page.getByTestId("stats-toggle").click();

      await page.getByTestId("full-screen").click();
      await expect.poll(() => page.evaluate(() => document.fullscreenElement !== null)).toBe(true);
      await console.seesPicture();
      await shot("live-full-screen");
      await page.getByTestId("full-screen").click();
      await expect.poll(() => page.evaluate(() => document.fullscreenElement === null)).toBe(true);
    });
  });
}
