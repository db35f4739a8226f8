import type { Page } from "@playwright/test";

import { ana, type Console, expect, type Relay, Sos, test } from "./harness/index.ts";

/** The interface of a relay, with Ana's token. */
async function call<T>(relay: Relay, method: string, path: string, body?: unknown): Promise<T> {
  const json = { "content-type": "application/json" };
  const signedIn = (await (await fetch(`${relay.url}/api/v1/auth/sign-in`, { method: "POST", headers: json, body: JSON.stringify({ email: ana.email, password: ana.password }) })).json()) as { access_token: string };
  const answer = await fetch(`${relay.url}/api/v1/${path}`, { method, headers: { ...json, authorization: `Bearer ${signedIn.access_token}` }, ...(body !== undefined && { body: JSON.stringify(body) }) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T;
}

/** What is solved in the default channel has to be confirmed. */
async function confirmed(relay: Relay): Promise<void> {
  const { channels } = await call<{ channels: { id: string; version: number; setup: object }[] }>(relay, "GET", "setup");
  const [{ id, version, setup }] = channels as [(typeof channels)[number]];
  await call(relay, "PUT", `channels/${id}`, { version, setup: { ...setup, closing: { confirm: true } } });
}

const session = (page: Page) => page.getByTestId("session");

/** *End session* as solved. */
async function solve(console: Console): Promise<void> {
  await console.page.getByTestId("end").click();
  await console.page.getByTestId("note").fill("Changed the toner.");
  await console.page.getByTestId("confirm-end").click();
  await expect(session(console.page)).toHaveAttribute("data-detail", "awaiting_confirmation");
}

test("on hold, done, not yet, confirmed, reopened: the person is told each time", async ({ console, desktop, page, relay }) => {
  await confirmed(relay);
  const link = await console.newSession("Maria Souza", "The printer smells of smoke");
  await console.backToQueue();
  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.openRow("Maria Souza");
  await console.begin();
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
  await sos.shared();

  // On hold nobody looks, and the person reads that it goes on later.
  await page.getByTestId("hold").click();
  await page.getByTestId("hold-confirm").click();
  await expect(page.getByText("Say what it waits for")).toBeVisible();
  await page.getByTestId("hold-why").fill("A toner is on its way");
  await console.picture("console-hold");
  await page.getByTestId("hold-confirm").click();
  await expect(session(page)).toHaveAttribute("data-detail", "on_hold");
  await expect(page.getByTestId("stage")).toContainText("A toner is on its way");
  await console.seesNoPicture();
  await sos.stoppedSharing();
  desktop.picture("sos-on-hold");
  await console.picture("console-on-hold");
  await console.isAccessible();

  await page.keyboard.press("h");
  await expect(session(page)).toHaveAttribute("data-detail", "connected");
  // Within five minutes the person is not asked again: they said yes to this technician, and took nothing back.
  await console.seesPicture();

  await solve(console);
  await console.picture("console-done");
  await sos.askedWhetherSolved();
  desktop.picture("sos-solved");
  sos.press("not yet");
  await expect(session(page)).toHaveAttribute("data-state", "active", { timeout: 15_000 });
  await expect(session(page)).toHaveAttribute("data-detail", "connected");
  desktop.picture("sos-not-yet");

  await solve(console);
  await sos.askedWhetherSolved();
  sos.press("solved");
  await expect(session(page)).toHaveAttribute("data-detail", "", { timeout: 15_000 });
  await expect(session(page)).toHaveAttribute("data-state", "closed");
  await sos.over();
  desktop.picture("sos-confirmed");
  await console.picture("console-confirmed");

  // It comes back with its number, to who had it; another link brings the person back into it.
  await page.keyboard.press("o");
  await expect(session(page)).toHaveAttribute("data-state", "active");
  await expect(page.getByRole("heading", { name: /^Session 1:/ })).toBeVisible();
  await page.getByTestId("more").click();
  await page.getByTestId("renew-link").click();
  await expect(page.getByText(/The new link works until/)).toBeVisible();
  expect(await sos.close()).toBe(0);
  const again = (await page.getByTestId("invite-link").first().textContent())!.trim();
  expect(again).not.toBe(link);
  await Sos.start(desktop, relay, again);
  await expect(session(page)).toHaveAttribute("data-detail", "connected", { timeout: 20_000 });
  await console.picture("console-reopened");
  const { history } = await call<{ history: { kind: string }[] }>(relay, "GET", `sessions/${page.url().split("/").at(-1)!.split("?")[0]}`);
  const told = history.map(({ kind }) => kind).filter((kind) => !["lost", "back", "device_changed"].includes(kind));
  expect(told).toEqual(["invited", "ready", "claimed", "put_on_hold", "resumed", "done", "rejected", "done", "confirmed", "reopened", "link_renewed", "ready"]);
});

test("equipment is written down, and each piece has its outcome", async ({ console, page }) => {
  await console.newSession("Maria Souza", "Two printers");
  await page.getByTestId("open-session").click();
  await page.getByTestId("tab-equipment").click();
  await page.getByTestId("add-piece").click();
  await expect(page.getByText("Say what it is.")).toBeVisible();
  for (const [name, asset] of [["Laser printer", "203355"], ["Ink printer", "203356"]] as const) {
    await page.getByTestId("piece-name").fill(name);
    await page.getByTestId("piece-kind").selectOption("printer");
    await page.getByTestId("piece-asset").fill(asset);
    await page.getByTestId("add-piece").click();
    await expect(page.getByTestId("piece").filter({ hasText: name })).toBeVisible();
  }
  await console.picture("console-equipment");
  await console.isAccessible();
  await page.getByTestId("end").click();
  await page.getByTestId("note").fill("Visited.");
  await page.getByTestId("piece-outcome").nth(1).selectOption("not_solved");
  await page.getByTestId("confirm-end").click();
  await expect(page.getByText("Say why it was not solved.")).toBeVisible();
  await page.getByLabel("Why not?").fill("The head is dry");
  await console.picture("console-end-equipment");
  await page.getByTestId("confirm-end").click();
  await expect(session(page)).toHaveAttribute("data-state", "closed");
  await expect(page.getByTestId("piece").filter({ hasText: "Ink printer" })).toContainText("The head is dry");
});

test("a session is worked in person, and comes back to the screen", async ({ console, page, relay }) => {
  const workshop = await call<{ id: string }>(relay, "POST", "channels", { name: "Workshop", kind: "in_person" });
  await page.getByTestId("nav-new").click();
  await page.getByTestId("person").fill("Maria Souza");
  await page.getByTestId("channel").selectOption(workshop.id);
  await page.getByTestId("make-link").click();
  await expect(page.getByTestId("stage")).toHaveAttribute("data-phase", "take");
  await console.picture("console-in-person-waiting");
  await page.getByTestId("start").click();
  await expect(session(page)).toHaveAttribute("data-detail", "in_person");
  await console.picture("console-in-person");
  await page.keyboard.press("Shift+M");
  await page.getByTestId("move-confirm").click();
  await expect(session(page)).toHaveAttribute("data-detail", "reconnecting");
  await page.getByTestId("more").click();
  await page.getByTestId("move").click();
  await console.picture("console-move");
  await page.getByTestId("move-confirm").click();
  await expect(session(page)).toHaveAttribute("data-detail", "in_person");
  await console.isAccessible();
});

test("how a channel's sessions end is set on its page", async ({ console, page, relay }) => {
  const { channels } = await call<{ channels: { id: string }[] }>(relay, "GET", "setup");
  await page.goto(`${relay.url}/settings/channels/${channels[0]!.id}?tab=closing`);
  await page.getByTestId("confirm-closing").check();
  await page.getByTestId("confirm-days").fill("0");
  await page.getByTestId("save").click();
  await expect(page.getByTestId("faults")).toContainText("from 1 to 366");
  await page.getByTestId("confirm-days").fill("2");
  await page.getByTestId("no-contact-days").fill("7");
  await console.picture("console-closing");
  await console.isAccessible();
  await page.getByTestId("save").click();
  await expect(page.getByTestId("unsaved")).toHaveText("All is saved.");
  const after = await call<{ channels: { setup: { closing: object } }[] }>(relay, "GET", "setup");
  expect(after.channels[0]!.setup.closing).toMatchObject({ confirm: true, confirm_days: 2, no_contact_days: 7 });
});
