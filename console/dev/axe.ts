/**
 * Looks for accessibility findings on every page, in light and dark and in each language, against `npm run mock`:
 * `npm run axe`. CHROMIUM names another browser; SCREENS is a folder for pictures of what was looked at.
 */

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium, type Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const base = process.env["PONTE_MOCK"] ?? "http://127.0.0.1:8088";
const screens = process.env["SCREENS"];
let findings = 0;

const browser = await chromium.launch({ executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

async function look(page: Page, name: string): Promise<void> {
  await page.waitForTimeout(300);
  await page.evaluate(source);
  const violations = await page.evaluate(async () => {
    const result = await (window as any).axe.run();
    return result.violations.map((v: any) => `${v.id}: ${v.nodes.map((n: any) => `${n.target.join(" ")} (${n.any.map((a: any) => a.message).join("; ")})`).join(" | ")}`) as string[];
  });
  if (screens !== undefined) await page.screenshot({ path: `${screens}/${name}.png` });
  findings += violations.length;
  console.log(violations.length === 0 ? `✓ ${name}` : `✗ ${name}\n  ${violations.join("\n  ")}`);
}

for (const colorScheme of ["light", "dark"] as const) {
  for (const locale of ["en", "pt-BR", "ru"]) {
    // Trusted Types forbid the checker's script, which is no part of the product.
    const context = await browser.newContext({ colorScheme, locale, bypassCSP: true, viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const name = (what: string): string => `${locale}-${colorScheme}-${what}`;
    await page.goto(base);
    await page.getByTestId("sign-in").click();
    await look(page, name("sign-in"));
    await page.getByTestId("email").fill("ana@example.org");
    await page.getByTestId("password").fill("locked");
    await page.getByTestId("sign-in").click();
    await look(page, name("sign-in-locked"));
    await page.goto(base);
    await page.getByTestId("email").fill("ana@example.org");
    await page.getByTestId("password").fill("demo");
    await page.getByTestId("sign-in").click();
    await page.locator("tbody tr").first().waitFor();
    await page.keyboard.press("j");
    await look(page, name("queue"));
    await page.keyboard.press("t");
    await page.getByTestId("take").waitFor();
    await look(page, name("take-next"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("w");
    await page.getByTestId("board").waitFor();
    await look(page, name("team"));
    await page.keyboard.press("Escape");
    await page.getByTestId("board").waitFor({ state: "hidden" });
    await page.keyboard.press("p");
    await page.getByTestId("be-off_shift").waitFor();
    await look(page, name("availability"));
    await page.getByTestId("be-off_shift").click();
    await page.getByTestId("leave-text").waitFor();
    await look(page, name("off-shift"));
    await page.keyboard.press("Escape");
    await page.getByTestId("leave-text").waitFor({ state: "hidden" });
    await page.getByTestId("filter").click();
    await page.getByTestId("filter-priority").waitFor();
    await look(page, name("filter"));
    await page.keyboard.press("Escape");
    await page.goto(`${base}/?view=waiting&priority=urgent,high&density=compact`);
    await page.getByTestId("save-view").click();
    await page.getByTestId("keep-view").click();
    await look(page, name("save-view"));
    await page.keyboard.press("Escape");
    await page.getByTestId("account").click();
    await look(page, name("account"));
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await look(page, name("help"));
    await page.goto(`${base}/?q=nothing-like-this`);
    await look(page, name("no-match"));
    await page.goto(`${base}/new`);
    await page.getByTestId("make-link").click();
    await look(page, name("new"));
    await page.goto(`${base}/code`);
    await page.getByTestId("digits-1").fill("999999999");
    await page.getByTestId("connect").click();
    await page.getByTestId("code-error").waitFor();
    await look(page, name("code-wrong"));
    await page.getByTestId("digits-1").fill("000001234");
    await page.getByTestId("connect").click();
    await page.getByTestId("code-lockout").waitFor();
    await look(page, name("code-locked"));
    await page.goto(base);
    const rows = page.locator("tbody tr td:first-child a");
    await rows.first().waitFor();
    for (const href of await rows.evaluateAll((all) => all.map((a) => a.getAttribute("href") ?? ""))) {
      await page.goto(base + href);
      await page.getByTestId("session").waitFor();
      await look(page, name(`session-${(await page.locator("h1").innerText()).replaceAll(/\D/g, "")}`));
    }
    for (const id of ["open", "started", "gone"]) {
      await page.goto(`${base}/j/${id}#AAAAAAAAAAAAAAAAAAAAAA`);
      await page.locator("h1").first().waitFor();
      await look(page, name(`invite-${id}`));
    }
    for (const address of ["channels", "channels/new", "channels/c1", "channels/c1?tab=members", "channels/c1?tab=hours", "channels/c1?tab=routing", "channels/c1?tab=targets", "channels/c1?tab=pause", "groups", "groups/g1", "technicians", "technicians/new", "technicians/0199f3a0-0000-7000-8000-000000000002", "technicians/0199f3a0-0000-7000-8000-000000000002?tab=explain", "roles", "roles/channel_manager", "roles/r1", "companies", "companies/k1", "categories", "categories/y1"]) {
      await page.goto(`${base}/settings/${address}`);
      await page.locator("h1").first().waitFor();
      if (address.endsWith("explain")) await page.locator("tbody tr").first().waitFor();
      if (address.endsWith("routing")) {
        await page.getByTestId("rule").getByRole("button").first().click();
        await page.getByTestId("try").click();
        await page.getByTestId("tried").waitFor();
      }
      await look(page, name(`settings-${address.replaceAll(/\W/g, "-")}`));
    }
    await page.goto(`${base}/nowhere`);
    await look(page, name("not-found"));
    await context.close();
  }
}
await browser.close();
console.log(findings === 0 ? "no findings" : `${findings} findings`);
process.exitCode = findings === 0 ? 0 : 1;
