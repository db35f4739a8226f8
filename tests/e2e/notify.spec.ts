import { execFile } from "node:child_process";
import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";

import type { BrowserContext, Page } from "@playwright/test";

import { ana, boris, Console, expect, HookServer, MailServer, output, program, type Relay, screen, Sos, test } from "./harness/index.ts";

/** What the console does for a manager, by the interface: the first channel's members. */
async function worksInTheFirstChannel(relay: Relay, ...emails: string[]): Promise<void> {
  const ask = async (path: string, token: string, init: RequestInit = {}): Promise<any> => {
    const answer = await fetch(`${relay.url}/api/v1/${path}`, { ...init, headers: { "content-type": "application/json", authorization: `Bearer ${token}` } });
    expect(answer.ok, `${path}: ${answer.status}`).toBe(true);
    return answer.status === 204 ? undefined : answer.json();
  };
  for (const { email, password } of [ana, boris].filter((it) => emails.includes(it.email))) {
    const { access_token: token, technician } = await ask("auth/sign-in", "", { method: "POST", body: JSON.stringify({ email, password }) });
    await ask("team/me", token, { method: "PUT", body: JSON.stringify({ availability: "available" }) });
    const { channels } = await ask("setup", token);
    const setup = { ...channels[0].setup, technicians: [...(channels[0].setup.technicians ?? []), technician.id] };
    await ask(`channels/${channels[0].id}`, token, { method: "PUT", body: JSON.stringify({ version: channels[0].version, setup }) });
  }
}

/** Keeps what the page asks the system to show, and how often it rings. */
async function listen(context: BrowserContext): Promise<void> {
  await context.grantPermissions(["notifications"]);
  await context.addInitScript(() => {
    const shown: string[] = [];
    const Real = window.Notification;
    window.Notification = new Proxy(Real, {
      construct(target, [title, options]: [string, NotificationOptions | undefined]) {
        shown.push(`${title}: ${options?.body ?? ""}`);
        return new target(title, options);
      },
    });
    let rung = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (this: OscillatorNode, at?: number) {
      rung += 1;
      return start.call(this, at);
    };
    Object.assign(window, { ponteShown: shown, ponteRung: () => rung });
  });
}
const shown = (page: Page): Promise<string[]> => page.evaluate(() => (window as unknown as { ponteShown: string[] }).ponteShown);
const rung = (page: Page): Promise<number> => page.evaluate(() => (window as unknown as { ponteRung: () => number }).ponteRung());

test("who waits is told once over two windows, on the desktop and in the title, and the link opens the session", async ({ relay, context, page, desktop, another }) => {
  test.setTimeout(120_000);
  await listen(context);
  await worksInTheFirstChannel(relay, ana.email);
  const first = await Console.signIn(page, relay, ana);
  const second = await Console.open(await context.newPage(), relay);
  await expect(second.page.getByTestId("notices")).toBeVisible();
  const helper = await another(boris);
  const link = await helper.newSession("Maria Souza", "The printer is on fire");
  await Sos.start(desktop, relay, link);

  const pages = [first.page, second.page];
  const count = async (how: (page: Page) => Promise<number>): Promise<number> => (await Promise.all(pages.map(how))).reduce((sum, it) => sum + it, 0);
  await expect.poll(() => count(async (it) => it.getByTestId("notice").filter({ hasText: "Maria Souza" }).count()), { timeout: 20_000 }).toBe(1);
  for (const it of pages) await expect(it).toHaveTitle(/^\(1\) /);
  // Two tones make one ring.
  expect(await count(rung)).toBe(2);
  await second.picture("notice-toast");
  const toast = (await first.page.getByTestId("notice").count()) > 0 ? first : second;
  await toast.page.getByTestId("notice").getByRole("button", { name: "Open" }).click();
  await expect(toast.page.getByRole("heading", { name: /^Session 1: Maria Souza/ })).toBeVisible();
  for (const it of pages) await expect(it).not.toHaveTitle(/^\(/);

  // Away from the window: the system tells, once.
  for (const it of pages) await it.evaluate(() => {
    Object.defineProperty(document, "hasFocus", { value: () => false });
    window.dispatchEvent(new Event("blur"));
  });
  const next = await helper.newSession("Pedro Alves", "No sound");
  await Sos.start(desktop, relay, next);
  await expect.poll(async () => (await Promise.all(pages.map(shown))).flat(), { timeout: 20_000 }).toEqual(["Somebody is waiting: #2 · Pedro Alves · No sound"]);
  await first.page.getByTestId("notices").click();
  await expect(first.page.getByTestId("notice-row").first()).toContainText("Pedro Alves");
  await first.picture("notice-list");
  await first.isAccessible();
  await first.page.getByTestId("all-seen").click();
  for (const it of pages) await expect(it).not.toHaveTitle(/^\(/);
  expect(await helper.page.getByTestId("notice").count(), "he does not work in that channel").toBe(0);
});

test.describe("by mail", () => {
  let mail: MailServer;
  test.beforeAll(async () => {
    mail = await MailServer.start("desk", "mail secret 1");
  });
  test.afterAll(async () => mail.stop());
  test.use({ settings: async ({}, use) => use(`[mail]\nhost = "127.0.0.1"\nport = ${mail.port}\nsecurity = "none"\nuser = "desk"\npassword = "mail secret 1"\nfrom = "Northwind support <desk@northwind.example>"\n`) });

  test("who is not at their console gets a mail in their language, and its link leads to the session", async ({ relay, console, another, desktop, browser }) => {
    test.setTimeout(120_000);
    await worksInTheFirstChannel(relay, boris.email);
    const his = await another(boris);
    await his.page.goto(`${relay.url}/account/notifications`);
    await his.page.getByTestId("way-waiting-mail").click();
    await expect(his.page.getByTestId("way-waiting-mail")).toBeChecked();
    await expect(his.page.getByTestId("way-waiting-mail")).toBeEnabled();
    await his.picture("notifications");
    await his.isAccessible();
    await his.page.getByTestId("account").click();
    await his.page.getByRole("menuitem", { name: "Русский" }).click();
    await expect(his.page.getByRole("heading", { name: "Извещения" })).toBeVisible();
    await his.picture("notifications-ru");
    await his.page.context().close();

    const link = await console.newSession("Maria Souza", "The printer is on fire");
    await Sos.start(desktop, relay, link);
    const text = await mail.first();
    expect(text).toContain("To: boris@desk.example");
    expect(text).toContain("Кто-то ждёт");
    expect(text).not.toContain(new URL(link).hash.slice(1));
    expect(mail.mails).toHaveLength(1);
    const address = /http:\/\/localhost:\d+\/sessions\/[0-9a-f-]+/.exec(text)?.[0] ?? "";
    const page = await (await browser.newContext({ locale: "en-US" })).newPage();
    await page.goto(address);
    await page.getByTestId("email").fill(boris.email);
    await page.getByTestId("password").fill(boris.password);
    await page.getByTestId("sign-in").click();
    await expect(page.getByRole("heading", { name: /^Session 1: Maria Souza/ })).toBeVisible();
    await page.context().close();
  });

  test("the command line sends a test by the configured server, and says what is wrong", async ({ relay }) => {
    const before = mail.mails.length;
    // Not in step with this process: the mail server is in it.
    const run = promisify(execFile);
    const to = (address: string) => run(program("ponte-relay"), ["admin", "test-mail", "--config", `${relay.folder}/ponte.toml`, "--to", address]);
    expect((await to("you@northwind.example")).stdout).toContain("took the mail for you@northwind.example");
    expect(mail.mails).toHaveLength(before + 1);
    await expect(to("nobody")).rejects.toThrow(/no address/);
  });
});

test("a link is written into a mail of one's own", async ({ console }) => {
  const link = await console.newSession("Maria Souza", "The printer prints half pages");
  const address = await console.page.getByTestId("invite-mail").getAttribute("href");
  expect(address).toMatch(/^mailto:\?subject=/);
  const written = new URL(address ?? "").searchParams.get("body") ?? "";
  expect(written.split("\r\n")).toContain(link);
  expect(written).toContain("Hello Maria Souza,");
  await console.picture("invite-mail");
});

test("the audit is read, filtered, verified and taken along", async ({ console, relay }) => {
  const { page } = console;
  await console.newSession("Maria Souza", "The printer prints half pages");
  await page.getByTestId("nav-settings").click();
  await page.getByRole("link", { name: "Audit" }).click();
  await expect(page.getByTestId("audit-line").filter({ hasText: "Link made" })).toBeVisible();
  await page.getByTestId("verify").click();
  await expect(page.getByTestId("verified")).toContainText("Nothing was changed.");
  await console.picture("audit");
  await console.isAccessible();
  const [chain] = await Promise.all([page.waitForEvent("download"), (async () => {
    await page.getByTestId("export-audit").click();
    await page.getByTestId("export-chain").click();
  })()]);
  const key = /[0-9a-f]{64}/.exec(await page.getByTestId("verified").innerText())?.[0] ?? "";
  const said = output(program("ponte-relay"), ["admin", "verify-audit", "--file", await chain.path(), "--key", key]);
  expect(said).toContain("The audit is whole");

  await page.getByTestId("audit-kind").selectOption({ label: "Link made" });
  await expect(page.getByTestId("audit-line")).toHaveCount(1);
  const [table] = await Promise.all([page.waitForEvent("download"), (async () => {
    await page.getByTestId("export-audit").click();
    await page.getByTestId("export-table").click();
  })()]);
  expect(readFileSync(await table.path(), "utf8").trim().split("\r\n")).toHaveLength(2);
  await page.getByTestId("audit-session").fill("99");
  await expect(page.getByRole("heading", { name: "There is no session of this number" })).toBeVisible();
  await page.getByRole("button", { name: "Show all" }).click();
  await page.getByTestId("audit-who").selectOption({ label: "The relay" });
  await expect(page.getByTestId("audit-line").filter({ hasText: "Technician created" }).first()).toBeVisible();
  await page.getByTestId("account").click();
  await page.getByRole("menuitem", { name: "Português (Brasil)" }).click();
  await page.getByTestId("account").click();
  await page.getByRole("menuitem", { name: "Escura" }).click();
  await expect(page.getByTestId("audit-line").filter({ hasText: "Técnico criado" }).first()).toBeVisible();
  await console.picture("audit-pt-dark");
  await console.isAccessible();
  expect(relay.url).toContain("localhost");
});

test("one changes one's name and password, and ends a sign-in elsewhere; a manager gives a new password", async ({ console, another, relay }) => {
  test.setTimeout(90_000);
  const { page } = console;
  const elsewhere = await another(ana);
  await page.getByTestId("account").click();
  await page.getByTestId("nav-account").click();
  await expect(page.getByTestId("sign-in-place")).toHaveCount(2);
  await console.picture("account");
  await console.isAccessible();
  await page.getByTestId("end-sign-in").click();
  await expect(page.getByTestId("sign-in-place")).toHaveCount(1);
  await elsewhere.page.reload();
  await expect(elsewhere.page.getByTestId("sign-in")).toBeVisible();

  await page.getByTestId("own-name").fill("Ana Lima Reis");
  await page.getByTestId("own-password").fill("not the password");
  await page.getByTestId("save-names").click();
  await expect(page.getByText("The present password is not right.")).toBeVisible();
  await page.getByTestId("own-password").fill(ana.password);
  await page.getByTestId("save-names").click();
  await expect(page.getByTestId("save-names")).toBeDisabled();
  await page.getByTestId("old-password").fill(ana.password);
  await page.getByTestId("new-password").fill("another horse 3");
  await page.getByTestId("new-password-again").fill("another horse 3");
  await page.getByTestId("save-password").click();
  await expect(page.getByText("The password is changed.")).toBeVisible();
  await elsewhere.submit(ana.email, "another horse 3");
  await expect(elsewhere.page.getByTestId("nav-code")).toBeVisible();

  await page.goto(`${relay.url}/settings/technicians`);
  await page.getByRole("link", { name: boris.name }).click();
  await page.getByTestId("tab-access").click();
  await page.getByTestId("reset-password").click();
  await page.getByTestId("confirm-reset").click();
  const password = (await page.getByTestId("made-up-password").innerText()).trim();
  expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
  await console.picture("technician-access");
  await console.isAccessible();
  await another({ ...boris, password });
});

test.describe("other servers and programs", () => {
  test.use({ settings: '[webhooks]\nallow = ["127.0.0.1"]\n' });

  test("a webhook and a token are made, used and taken away", async ({ console, relay }) => {
    test.setTimeout(90_000);
    const { page } = console;
    const server = await HookServer.start([500]);
    await page.getByTestId("nav-settings").click();
    await page.getByRole("link", { name: "Webhooks" }).click();
    await page.getByTestId("new-webhook").click();
    await page.getByTestId("webhook-name").fill("Tickets");
    await page.getByTestId("webhook-url").fill("https://10.0.0.1/");
    await page.getByTestId("webhook-events").getByRole("checkbox", { name: "Link made", exact: true }).check();
    await page.getByTestId("save-webhook").click();
    await expect(page.getByTestId("webhook-problem")).toContainText("not on the public internet");
    await page.getByTestId("webhook-url").fill(server.url);
    await page.getByTestId("save-webhook").click();
    const secret = (await page.getByTestId("webhook-secret").innerText()).trim();
    await console.picture("webhook-new");
    await page.getByTestId("test-webhook").click();
    await expect(page.getByTestId("delivery")).toContainText("it answered 500");
    await page.getByTestId("send-again").click();
    await expect(page.getByTestId("delivery")).toContainText("Delivered (204)");
    const { headers, body } = await server.call(2);
    expect(headers["ponte-signature"]).toBe(`v1=${createHmac("sha256", secret).update(`${String(headers["ponte-timestamp"])}.${body}`).digest("hex")}`);
    await console.picture("webhook-log");
    await console.isAccessible();
    await console.newSession("Maria Souza", "The printer prints half pages");
    const told = JSON.parse((await server.call(3)).body) as { event: string; session: { person: string } };
    expect([told.event, told.session.person]).toEqual(["invited", "Maria Souza"]);

    await page.getByTestId("nav-settings").click();
    await page.getByRole("link", { name: "API tokens" }).click();
    await page.getByTestId("new-token").click();
    await page.getByTestId("token-name").fill("Report");
    await page.getByTestId("token-permissions").getByRole("checkbox", { name: "See sessions", exact: true }).check();
    await console.picture("token-new");
    await page.getByTestId("make-token").click();
    const token = (await page.getByTestId("token-secret").innerText()).trim();
    const list = () => fetch(`${relay.url}/api/v1/sessions`, { headers: { authorization: `Bearer ${token}` } });
    expect(((await (await list()).json()) as { sessions: unknown[] }).sessions).toHaveLength(1);
    await console.picture("tokens");
    await console.isAccessible();
    await page.getByTestId("revoke-token").click();
    await expect(page.getByTestId("token")).toContainText("Revoked");
    expect((await list()).status).toBe(401);

    await page.getByRole("link", { name: "Webhooks" }).click();
    await page.getByRole("link", { name: "Tickets" }).click();
    await page.getByTestId("remove-webhook").click();
    await page.getByTestId("confirm-remove").click();
    await expect(page.getByText("No webhooks yet.")).toBeVisible();
    await server.stop();
  });
});

test("the pages of an account, of the audit, of webhooks and tokens in the dark", async ({ console, relay }) => {
  const { page } = console;
  await page.emulateMedia({ colorScheme: "dark" });
  for (const [path, name] of [["account", "account-dark"], ["account/notifications", "notifications-dark"], ["settings/audit", "audit-dark"], ["settings/webhooks", "webhooks-dark"], ["settings/api-tokens", "tokens-dark"]] as const) {
    await page.goto(`${relay.url}/${path}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await console.isAccessible();
    await page.screenshot({ path: screen(name) });
  }
});
