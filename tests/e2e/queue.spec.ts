import { type Account, ana, Api, boris, type Console, expect, type Session, Sos, test, until } from "./harness/index.ts";

const count = (console: Console, view: string) => console.page.getByTestId(`view-${view}`).locator("span").last();
const rows = (console: Console) => console.page.locator("tbody tr[data-row]");

/** Makes a link for somebody of this priority. */
async function linkFor(console: Console, person: string, priority: string): Promise<string> {
  const { page } = console;
  await page.getByTestId("nav-new").click();
  await page.getByTestId("person").fill(person);
  await page.getByTestId("priority").selectOption(priority);
  await page.getByTestId("make-link").click();
  return page.getByTestId("invite-link").innerText();
}

test("views, counts, order, search and filters follow live, and a link opens the same view", async ({ console, relay, page, context }) => {
  const api = await Api.signIn(relay, boris);
  const maria = await api.open("Maria Souza", { subject: "Printer", priority: "low" });
  await api.open("João Lima", { subject: "VPN", priority: "urgent" });
  await api.open("Otávio Reis", { subject: "VPN at home", priority: "normal" });
  for (const [view, many] of [["all", 3], ["waiting", 3], ["active", 0], ["closed", 0], ["mine", 0], ["unassigned", 3]] as const) await expect(count(console, view)).toHaveText(String(many));

  const closed = await api.call<Session>("POST", `sessions/${maria.id}/close`, { version: maria.version, outcome: "no_contact", note: "Called twice" });
  expect(closed.number).toBe(maria.number);
  await expect(count(console, "closed")).toHaveText("1");
  await expect(count(console, "waiting")).toHaveText("2");
  await page.keyboard.press("4");
  await expect(rows(console)).toHaveCount(1);
  await expect(rows(console)).toContainText("Maria Souza");
  await page.keyboard.press("1");

  // Urgent on top, low below; the third click is the usual order again.
  const header = page.locator("th").filter({ has: page.getByTestId("sort-priority") });
  await page.getByTestId("sort-priority").click();
  await expect(header).toHaveAttribute("aria-sort", "descending");
  await expect(rows(console)).toContainText(["João Lima", "Otávio Reis", "Maria Souza"]);
  await page.getByTestId("sort-priority").click();
  await expect(header).toHaveAttribute("aria-sort", "ascending");
  await expect(rows(console)).toContainText(["Maria Souza", "Otávio Reis", "João Lima"]);
  await page.getByTestId("sort-priority").click();
  await expect(header).toHaveAttribute("aria-sort", "none");

  await page.keyboard.press("/");
  await page.keyboard.type("vpn otavio");
  await expect(rows(console)).toHaveCount(1);
  await page.getByRole("searchbox").fill("vpn");
  await expect(rows(console)).toHaveCount(2);
  await page.getByTestId("filter").click();
  await page.getByTestId("filter-priority").getByLabel("Urgent").check();
  await page.keyboard.press("Escape");
  await expect(rows(console)).toHaveCount(1);
  await page.getByTestId("density").click();
  await console.picture("queue-filtered");
  await console.isAccessible();

  const link = new URL(page.url());
  expect(Object.fromEntries(link.searchParams)).toEqual({ q: "vpn", priority: "urgent", density: "compact" });
  const other = await context.newPage();
  await other.goto(link.href);
  await expect(other.locator("tbody tr[data-row]")).toHaveCount(1);
  await expect(other.getByRole("searchbox")).toHaveValue("vpn");
  await other.close();

  await page.getByTestId("save-view").click();
  await page.getByTestId("view-name").fill("Urgent VPN");
  await page.getByTestId("keep-view").click();
  await page.goto(relay.url);
  await expect(rows(console)).toHaveCount(3);
  await page.getByTestId("saved-view").click();
  await expect(rows(console)).toHaveCount(1);
  await page.getByTestId("remove-view").click();
  await expect(page.getByTestId("saved-view")).toHaveCount(0);
});

test("take next says who is next and why, takes that one, and says when nobody can be taken", async ({ console, another, desktop, relay, page }) => {
  test.setTimeout(120_000);
  const api = await Api.signIn(relay, boris);
  await api.limit(ana.name, 1);
  const patient = await linkFor(console, "Patient Person", "normal");
  await console.backToQueue();
  const urgent = await linkFor(console, "Urgent Person", "urgent");
  await console.backToQueue();
  await page.keyboard.press("t");
  await expect(page.getByText("Nobody waits for you")).toBeVisible();
  await page.keyboard.press("Escape");

  await Sos.start(desktop, relay, patient);
  await expect(console.row("Patient Person")).toContainText("Ready", { timeout: 15_000 });
  await Sos.start(desktop, relay, urgent);
  await expect(console.row("Urgent Person")).toContainText("Ready", { timeout: 15_000 });
  await page.getByTestId("view-waiting").click();
  await expect(rows(console)).toContainText(["Urgent Person", "Patient Person"]);

  await page.keyboard.press("t");
  await expect(page.getByTestId("next-name")).toContainText("Urgent Person");
  await expect(page.getByTestId("next-why")).toHaveText(/^Goes before #1 Patient Person because its priority is higher: Urgent before Normal\.$/);
  await expect(page.getByTestId("next-count")).toHaveText("2 people wait for you.");
  await console.picture("queue-take-next");
  await console.isAccessible();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Session 2: Urgent Person/ })).toBeVisible();
  await expect(page.getByTestId("session")).toHaveAttribute("data-state", "active");

  // Busy by itself at the limit; the next one has to wait, and it says what to do.
  await expect(page.getByTestId("availability")).toHaveText(/Busy\s*1\/1/);
  await console.backToQueue();
  await page.getByTestId("view-all").click();
  await page.keyboard.press("t");
  await expect(page.getByText("You hold 1 of 1 sessions")).toBeVisible();
  await console.picture("queue-at-limit");
  await page.keyboard.press("Escape");

  const second = await another(boris);
  await second.page.keyboard.press("t");
  await expect(second.page.getByTestId("next-name")).toContainText("Patient Person");
  await expect(second.page.getByTestId("next-why")).toHaveText("Nobody else waits for you.");
  await second.page.keyboard.press("Enter");
  await expect(second.page.getByText("Session 1 is yours.")).toBeVisible();
  await second.isAccessible();
  await expect(console.row("Patient Person")).toContainText(boris.name);
  await page.getByTestId("team").click();
  await expect(page.getByTestId("board-person").filter({ hasText: boris.name })).toContainText("1/5");
  await console.picture("queue-team");
  await console.isAccessible();
});

test("going off shift is asked first, gives the sessions back, and nothing can be taken until one is back", async ({ console, desktop, relay, page }) => {
  const link = await linkFor(console, "Maria Souza", "high");
  await console.backToQueue();
  await Sos.start(desktop, relay, link);
  const row = console.row("Maria Souza");
  await expect(row).toContainText("Ready", { timeout: 15_000 });
  await row.getByRole("button", { name: "Assign to me" }).click();
  await expect(row).toContainText("Active");
  await expect(page.getByTestId("availability")).toContainText("1/5");

  await page.keyboard.press("p");
  await page.getByTestId("be-off_shift").click();
  await expect(page.getByTestId("leave-text")).toHaveText("1 session goes back to the queue.");
  await console.picture("queue-off-shift");
  await page.getByTestId("leave").click();
  await expect(page.getByTestId("availability")).toHaveText(/Off shift\s*0\/5/);
  await expect(row).toContainText("Ready");
  await expect(row).toContainText("Assign to me");

  await page.keyboard.press("t");
  await expect(page.getByText("You are off shift", { exact: true })).toBeVisible();
  await page.getByTestId("be-available").click();
  await expect(page.getByTestId("next-name")).toContainText("Maria Souza");
  await expect(page.getByTestId("availability")).toHaveText(/Available\s*0\/5/);
});

test("a technician of one channel sees nothing of another", async ({ console, another, relay }) => {
  const api = await Api.signIn(relay, ana);
  const carla: Account = { email: "carla@desk.example", name: "Carla Reis", password: "long enough 3" };
  const { id } = await api.call<{ id: string }>("POST", "technicians", { ...carla, setup: {} });
  const networks = await api.call<{ id: string }>("POST", "channels", { name: "Networks", technicians: [id] });
  const hers = await api.open("Maria Souza", { channel: networks.id });
  const other = await api.open("João Lima");
  const second = await another(carla);
  await expect(second.row("Maria Souza")).toBeVisible();
  await expect(rows(second)).toHaveCount(1);
  await expect(count(second, "all")).toHaveText("1");
  await second.page.getByRole("searchbox").fill("João");
  await expect(second.page.getByText("Nothing matches “João”")).toBeVisible();
  await second.page.goto(`${relay.url}/sessions/${other.id}`);
  await expect(second.page.getByText("There is no such session, or it is not for you.")).toBeVisible();

  // Who sees several channels has them in a column and in the filter; what is moved away goes at once.
  await expect(console.row("Maria Souza")).toContainText("Networks");
  await second.page.goto(relay.url);
  await expect(rows(second)).toHaveCount(1);
  const { channels } = await api.call<{ channels: { id: string }[] }>("GET", "setup");
  await api.change(hers, { channel: channels.find((channel) => channel.id !== networks.id)!.id });
  await expect(rows(second)).toHaveCount(0);
});

test("what a request is about is changed in its session, and of two changes none is lost unseen", async ({ console, relay, page }) => {
  const api = await Api.signIn(relay, boris);
  await api.call("POST", "channels", { name: "Networks" });
  await api.call("POST", "categories", { name: "Printers", priority: "high" });
  await api.call("POST", "companies", { name: "Escola Monteiro" });
  const made = await api.open("Maria Souza");
  await console.openRow("Maria Souza");
  await page.getByTestId("set-category").selectOption("Printers");
  // A category brings its priority.
  await expect(page.getByTestId("set-priority")).toHaveValue("high");
  await page.getByTestId("set-company").selectOption("Escola Monteiro");
  await expect(page.getByTestId("set-company").locator("option:checked")).toHaveText("Escola Monteiro");
  await page.getByTestId("set-channel").selectOption("Networks");
  await page.getByRole("tab", { name: "History" }).click();
  await expect(page.getByText("Moved to another channel")).toBeVisible();
  await page.getByRole("tab", { name: "Information" }).click();

  // Somebody else changes it between the look and the press.
  let first = true;
  await page.route(`**/sessions/${made.id}`, async (route) => {
    if (route.request().method() === "PATCH" && first) {
      first = false;
      await api.change(await api.call<Session>("GET", `sessions/${made.id}`), { priority: "low" });
    }
    await route.continue();
  });
  await page.getByTestId("set-priority").selectOption("urgent");
  await expect(page.getByTestId("set-refused")).toContainText("“Urgent”");
  await expect(page.getByTestId("set-priority")).toHaveValue("low");
  await console.picture("session-conflict");
  await console.isAccessible();
  await page.getByTestId("set-anyway").click();
  await expect(page.getByTestId("set-priority")).toHaveValue("urgent");
  await expect(page.getByTestId("set-refused")).toHaveCount(0);
});

test("sessions stay open as tabs, through the keyboard and a reload", async ({ console, relay, page }) => {
  const api = await Api.signIn(relay, boris);
  for (const person of ["Maria Souza", "João Lima", "Otávio Reis"]) await api.open(person);
  const tabs = page.getByTestId("tab");
  for (const person of ["Maria Souza", "João Lima"]) {
    await console.openRow(person);
    await console.backToQueue();
  }
  await expect(tabs).toContainText(["Maria Souza", "João Lima"]);
  await page.keyboard.press("]");
  await expect(page.getByRole("heading", { name: /Maria Souza/ })).toBeVisible();
  await page.keyboard.press("]");
  await expect(page.getByRole("heading", { name: /João Lima/ })).toBeVisible();
  await console.picture("session-tabs");
  await console.isAccessible();
  await page.reload();
  await expect(tabs).toContainText(["Maria Souza", "João Lima"]);
  await page.keyboard.press("x");
  await expect(page.getByRole("heading", { name: /Maria Souza/ })).toBeVisible();
  await expect(tabs).toHaveCount(1);
  await tabs.first().getByTestId("close-tab").click();
  await expect(page.getByRole("heading", { name: "Queue" })).toBeVisible();
  await expect(tabs).toHaveCount(0);
});

test("a thousand rows are a few dozen on the page, and fifty changes a second arrive without the page standing still", async ({ console, relay, page }) => {
  test.setTimeout(180_000);
  const api = await Api.signIn(relay, boris);
  const made: Session[] = [];
  for (let from = 0; from < 1000; from += 20) made.push(...(await Promise.all(Array.from({ length: 20 }, (_, i) => api.open(`Person ${from + i}`)))));
  await expect(count(console, "waiting")).toHaveText("1000", { timeout: 30_000 });
  const onPage = await rows(console).count();
  expect(onPage).toBeGreaterThan(20);
  expect(onPage).toBeLessThan(80);

  // Which rows are written to, while ten that can be seen and ten that cannot are changed ten times each.
  made.sort((a, b) => b.number - a.number);
  await page.evaluate(() => {
    const seen = new Set<string>();
    const longest = { ms: 0 };
    Object.assign(window, { seen, longest });
    new MutationObserver((all) => {
      for (const { target } of all) {
        const element = target instanceof Element ? target : target.parentElement;
        // The clock ticks in a cell of its own.
        if (element?.closest("td:last-child") === null) seen.add(element.closest("[data-row]")?.getAttribute("data-row") ?? "");
      }
    }).observe(document.querySelector("tbody")!, { subtree: true, characterData: true, childList: true, attributes: true });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) longest.ms = Math.max(longest.ms, entry.duration);
    }).observe({ type: "longtask" });
  });
  const changed = [...made.slice(2, 12), ...made.slice(700, 710)];
  const began = performance.now();
  const latest = await Promise.all(changed.map(async (session) => {
    let now = session;
    for (let turn = 1; turn <= 10; turn += 1) now = await api.change(now, { subject: `Turn ${turn}` });
    return now;
  }));
  const rate = 200 / ((performance.now() - began) / 1000);
  for (const { number } of latest.slice(0, 10)) await expect(page.getByTestId(`row-${number}`)).toContainText("Turn 10");
  const { seen, longest } = await page.evaluate(() => {
    const { seen, longest } = window as unknown as { seen: Set<string>; longest: { ms: number } };
    return { seen: Array.from(seen), longest: longest.ms };
  });
  process.stdout.write(`    ${rate.toFixed(0)} changes a second; the longest task of the page took ${longest.toFixed(0)} ms; ${onPage} of 1000 rows on the page\n`);
  expect(new Set(seen)).toEqual(new Set(changed.slice(0, 10).map(({ id }) => id)));
  expect(longest).toBeLessThan(500);

  // What is not on the page is found and reached all the same.
  await page.keyboard.press("/");
  await page.keyboard.type("person 500");
  await expect(rows(console).first()).toContainText(/Person (500|499)/);
  expect(await rows(console).count()).toBeLessThan(4);
  await page.keyboard.press("Escape");
  await until(5_000, "all rows to be back", async () => ((await rows(console).count()) > 20 ? true : undefined));
  await page.getByTestId("queue-scroll").evaluate((scroll) => scroll.scrollTo(0, scroll.scrollHeight));
  const last = made.at(-1)!;
  await expect(page.getByTestId(`row-${last.number}`)).toBeVisible();
  await until(5_000, "few rows at the end too", async () => ((await rows(console).count()) < 80 ? true : undefined));
});
