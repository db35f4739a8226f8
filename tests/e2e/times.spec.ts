import type { Page } from "@playwright/test";

import { ana, type Console, expect, type Relay, screen, Sos, test } from "./harness/index.ts";

/** The owner's own way to the relay, beside the console. */
async function signIn(relay: Relay): Promise<<T>(method: string, path: string, body?: unknown) => Promise<T>> {
  const base = `${relay.url}/api/v1/`;
  const send = (path: string, init: RequestInit): Promise<Response> => fetch(base + path, init);
  const signedIn = await send("auth/sign-in", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email: ana.email, password: ana.password }) });
  const { access_token: token } = (await signedIn.json()) as { access_token: string };
  return async <T>(method: string, path: string, body?: unknown) => {
    const answer = await send(path, { method, headers: { authorization: `Bearer ${token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return (await answer.json()) as T;
  };
}

async function newChannel(page: Page, name: string): Promise<void> {
  await page.getByTestId("nav-settings").click();
  await page.getByRole("navigation", { name: "Areas of the settings" }).getByRole("link", { name: "Channels" }).click();
  await page.getByTestId("new-channels").click();
  await page.getByTestId("new-name").fill(name);
  await page.getByTestId("make").click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
}

async function tab(page: Page, name: string): Promise<void> {
  await page.getByTestId(`tab-${name}`).click();
  await expect(page.getByTestId(`tab-${name}`)).toHaveAttribute("aria-current", "page");
}

async function save(page: Page): Promise<void> {
  await page.getByTestId("save").click();
  await expect(page.getByTestId("unsaved")).toHaveText("All is saved.");
}

/** The relay's answer to what is in the fields now. */
const openings = (page: Page) => page.locator('[data-testid="next-openings"][data-stale="false"]');

test("a manager sets up hours, targets, fallback and a pause, and sees what comes of it", async ({ console }) => {
  test.setTimeout(120_000);
  const { page } = console;
  await newChannel(page, "Office");

  await tab(page, "hours");
  await page.getByRole("radio", { name: "By the week" }).check();
  await page.getByTestId("time-zone").fill("New York");
  await page.getByRole("option", { name: "America/New York" }).click();
  const monday = page.getByTestId("day-monday");
  await monday.getByLabel("Monday, opening 1, until").fill("12:00");
  await monday.getByRole("button", { name: "Monday: add hours" }).click();
  await monday.getByLabel("Monday, opening 2, from").fill("13:30");
  await monday.getByLabel("Monday, opening 2, until").fill("18:00");
  await page.getByTestId("copy-monday").click();
  await page.getByTestId("copy-weekdays").click();
  await expect(page.getByLabel("Friday, opening 2, from")).toHaveValue("13:30");
  await expect(page.getByTestId("day-saturday")).toContainText("Closed");
  await page.getByTestId("copy-friday").click();
  await page.getByRole("menuitem", { name: "Saturday" }).click();
  await expect(page.getByLabel("Saturday, opening 1, until")).toHaveValue("12:00");
  await page.getByTestId("add-holiday").click();
  await page.getByLabel("Name of the day").fill("Christmas");
  await page.getByRole("checkbox", { name: "Every year" }).check();
  await expect(openings(page).getByRole("listitem")).toHaveCount(6);
  await expect(page.getByTestId("clock-change")).toContainText(/clocks of America\/New York go (forward|back) by 1 hour/);
  await console.picture("times-hours");
  await console.isAccessible();

  await tab(page, "targets");
  await page.getByTestId("targets-on").check();
  await page.getByTestId("reaction-urgent").fill("5");
  await console.picture("times-targets");
  await console.isAccessible();

  await tab(page, "routing");
  await page.getByTestId("fallback").selectOption({ label: "Support" });
  await page.getByRole("button", { name: "Move down: Everybody in this channel" }).click();
  await page.getByRole("radio", { name: "Look further after a while" }).check();
  await page.getByTestId("fallback-after").fill("20");
  await console.picture("times-fallback");

  await tab(page, "general");
  await page.getByTestId("most-waiting").fill("30");
  await page.getByTestId("otherwise").selectOption({ label: "Send them to Support" });
  await page.getByTestId("script").fill("Greet by name.\nAsk for the asset number.");
  await expect(page.getByTestId("unsaved")).toContainText("hours");
  await save(page);
  await page.reload();
  await expect(page.getByTestId("script")).toHaveValue("Greet by name.\nAsk for the asset number.");
  await tab(page, "hours");
  await expect(page.getByLabel("Wednesday, opening 1, until")).toHaveValue("12:00");
  await tab(page, "routing");
  await expect(page.getByTestId("fallback-after")).toHaveValue("20");

  // A pause takes effect at once; who opens a session is told, and where it went instead.
  await tab(page, "general");
  await page.getByTestId("otherwise").selectOption({ label: "Turn new requests away" });
  await save(page);
  await tab(page, "pause");
  await page.getByTestId("pause-reason").fill("Fire drill");
  await page.getByRole("radio", { name: "For a while" }).check();
  await page.getByTestId("pause-minutes").fill("45");
  await page.getByTestId("pause-now").click();
  await expect(page.getByTestId("pause-state")).toContainText("Because: Fire drill");
  await console.picture("times-pause");
  await console.isAccessible();
  await page.getByTestId("nav-new").click();
  await page.getByTestId("person").fill("Maria Souza");
  await page.getByTestId("channel").selectOption({ label: "Office" });
  await page.getByTestId("make-link").click();
  await expect(page.getByRole("main").getByRole("alert")).toContainText(/Office is paused until .* \(Fire drill\)/);
  await expect(page.getByTestId("person")).toHaveValue("Maria Souza");
  await console.picture("times-turned-away");
  await page.getByTestId("channel").selectOption({ label: "Support" });
  await page.getByTestId("make-link").click();
  await expect(page.getByTestId("invite-link")).toBeVisible();
  await page.getByTestId("nav-settings").click();
  await expect(page.getByRole("row", { name: /Office/ })).toContainText("Paused");
  await page.getByRole("link", { name: "Office" }).click();
  await tab(page, "pause");
  await page.getByTestId("resume").click();
  await expect(page.getByTestId("pause-state")).toContainText("open for requests");
});

test("what contradicts itself is said at the field, and nothing is lost", async ({ console }) => {
  const { page } = console;
  await newChannel(page, "One");
  await tab(page, "routing");
  await page.getByTestId("fallback").selectOption({ label: "Support" });
  await save(page);
  await page.getByTestId("nav-settings").click();
  await page.getByRole("link", { name: "Support", exact: true }).click();
  await tab(page, "routing");
  await page.getByTestId("fallback").selectOption({ label: "One" });
  await page.getByTestId("save").click();
  await expect(page.getByTestId("save-problem")).toContainText("These fallback channels send a request round for ever: Support → One → Support.");
  await expect(page.getByTestId("fallback").locator("option:checked")).toHaveText("One");
  await console.picture("times-fallback-cycle");
  await page.getByTestId("discard").click();

  await tab(page, "hours");
  await page.getByRole("radio", { name: "By the week" }).check();
  await page.getByLabel("Monday, opening 1, until").fill("07:00");
  await expect(page.getByTestId("day-monday").getByRole("alert")).toHaveText("Monday: an opening ends after it begins.");
  await expect(page.getByTestId("hours-fault")).toContainText("Hours past midnight: 08:00–24:00, and 00:00–07:00 on the next day.");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("faults")).toContainText("Monday: an opening ends after it begins.");
  await expect(page.getByLabel("Monday, opening 1, until")).toHaveValue("07:00");
  await console.picture("times-hours-fault");
  await page.getByTestId("discard").click();

  await tab(page, "targets");
  await page.getByTestId("targets-on").check();
  await page.getByTestId("reaction-urgent").fill("90");
  await expect(page.getByText("Not longer than the priority below it.")).toBeVisible();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("faults")).toContainText("A target contradicts another");
  await page.getByTestId("reaction-urgent").fill("10");
  await save(page);
});

/** A channel that wants a reaction within a minute, and is amber almost at once. */
async function hasty(relay: Relay): Promise<string> {
  const call = await signIn(relay);
  const { technicians } = await call<{ technicians: { id: string; name: string }[] }>("GET", "setup");
  const minute = { low: 1, normal: 1, high: 1, urgent: 1 };
  const setup = { name: "Emergencies", technicians: technicians.map(({ id }) => id), script: "Ask whether anybody is hurt.", targets: { reaction: minute, resolution: { normal: 600 }, amber: 2 } };
  return (await call<{ id: string }>("POST", "channels", setup)).id;
}

async function linkInto(console: Console, channel: string, person: string): Promise<string> {
  const { page } = console;
  await page.getByTestId("nav-new").click();
  await page.getByTestId("person").fill(person);
  await page.getByTestId("channel").selectOption({ label: channel });
  await page.getByTestId("make-link").click();
  return page.getByTestId("invite-link").innerText();
}

test("a busy hour: the load board shows what is late, and leads there", async ({ console, desktop, relay, page }) => {
  test.setTimeout(180_000);
  await hasty(relay);
  const link = await linkInto(console, "Emergencies", "Maria Souza");
  await page.getByTestId("nav-load").click();
  const card = page.getByTestId("load-channel").filter({ hasText: "Emergencies" });
  await expect(card.getByTestId("waiting")).toHaveText("0");
  await expect(page.getByTestId("alarms")).toContainText("Nothing is late.");
  await console.picture("load-calm");

  // Somebody comes: the board follows by itself.
  await Sos.start(desktop, relay, link);
  await expect(card.getByTestId("waiting")).toHaveText("1", { timeout: 20_000 });
  await expect(page.getByTestId("alarm-1")).toContainText("Somebody has to react within", { timeout: 20_000 });
  await expect(card.getByTestId("soon")).toHaveText("1");
  await console.picture("load-soon");
  await console.isAccessible();
  await console.backToQueue();
  await expect(page.getByTestId("soon-reaction")).toContainText("Somebody has to react within");
  await console.picture("queue-soon-late");
  await page.getByTestId("nav-load").click();
  await expect(page.getByTestId("alarm-1")).toContainText("Nobody reacted in time: late by", { timeout: 90_000 });
  await expect(card.getByTestId("late")).toHaveText("1");
  await console.picture("load-late");
  await console.isAccessible();

  // From the board to the session; who takes it stops the clock.
  await page.getByTestId("alarm-1").getByRole("link").click();
  await expect(page.getByTestId("times")).toContainText("Nobody reacted in time");
  await expect(page.getByTestId("place")).toHaveText("1 of 1");
  await expect(page.getByTestId("estimate")).toHaveText("somebody is free");
  await expect(page.getByTestId("script")).toContainText("Ask whether anybody is hurt.");
  await console.picture("session-times");
  await console.isAccessible();
  await console.backToQueue();
  await expect(page.getByTestId("late-reaction")).toBeVisible();
  await console.row("Maria Souza").getByRole("button", { name: "Assign to me" }).click();
  await expect(page.getByTestId("late-reaction")).toHaveCount(0);
  await console.openRow("Maria Souza");
  await expect(page.getByTestId("times")).toContainText("target missed");
  await page.getByTestId("nav-load").click();
  await expect(page.getByTestId("alarms")).toContainText("Nothing is late.");
  await expect(card.getByTestId("active")).toHaveText("1");
  await expect(card.getByTestId("in-target")).toHaveText("0 of 1");
  await expect(card.getByTestId("person").filter({ hasText: ana.name })).toContainText("1 of 5");
});

const looks = [{ language: "en", locale: "en-US", scheme: "dark" }, { language: "ru", locale: "ru-RU", scheme: "light" }, { language: "pt-BR", locale: "pt-BR", scheme: "dark" }] as const;
for (const { language, locale, scheme } of looks) {
  test.describe(language, () => {
    test.use({ locale, colorScheme: scheme });
    test(`hours, targets, pause and the load board are complete and accessible in ${language}, ${scheme}`, async ({ console, relay, page }) => {
      test.setTimeout(120_000);
      const channel = await hasty(relay);
      const shot = async (name: string): Promise<void> => {
        await page.screenshot({ path: screen(`${language}-${scheme}-times-${name}`) });
        await console.isAccessible();
        expect(await page.locator("body").innerText()).not.toMatch(/\b(settings|times)\.[a-z]/);
      };
      await page.getByTestId("nav-load").click();
      await expect(page.getByTestId("load-channel")).toHaveCount(2);
      await shot("load");
      await page.goto(`${relay.url}/settings/channels/${channel}?tab=hours`);
      await page.getByRole("radio").nth(1).check();
      await page.getByTestId("add-holiday").click();
      await expect(openings(page).getByRole("listitem")).toHaveCount(6);
      await shot("hours");
      for (const name of ["targets", "pause", "general", "routing"]) {
        await tab(page, name);
        await shot(name);
      }
      await page.getByTestId("discard").click();
      if (language !== "ru") return;
      // The longest words, on the narrowest screen.
      await page.setViewportSize({ width: 390, height: 844 });
      for (const name of ["hours", "targets", "pause"]) {
        await tab(page, name);
        await shot(`narrow-${name}`);
      }
      await page.goto(`${relay.url}/load`);
      await expect(page.getByTestId("load-channel")).toHaveCount(2);
      await shot("narrow-load");
    });
  });
}
