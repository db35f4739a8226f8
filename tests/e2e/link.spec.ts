import { ana, boris, expect, screen, Sos, test } from "./harness/index.ts";

test("a link makes the session ready, and the technician begins when they like", async ({ console, desktop, relay, context }) => {
  const link = await console.newSession("Maria Souza", "The printer prints half pages");
  await console.picture("console-link");
  await console.backToQueue();

  // What a mail program's preview fetches consumes nothing.
  const visitor = await context.newPage();
  await visitor.goto(link);
  await expect(visitor.getByText("Northwind support").first()).toBeVisible();
  await visitor.screenshot({ path: screen("page-invite") });
  await visitor.close();

  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.picture("console-queue-ready");
  desktop.picture("sos-link");

  // The device is seen before connecting.
  await console.openRow("Maria Souza");
  await expect(console.page.getByText(/Debian|Linux/).first()).toBeVisible();
  await expect(console.page.getByText(/1280\s*×\s*720/).first()).toBeVisible();
  await console.picture("console-device");
  await console.seesNoPicture();
  await console.begin();
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
  await console.picture("console-link-view");
});

test("a link works on one computer", async ({ console, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Twice");
  await console.backToQueue();
  await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  const thief = await Sos.start(desktop, relay, link);
  await thief.over();
  desktop.picture("sos-link-used");
  await expect(console.row("Maria Souza")).toContainText("Ready");
});

test("an invented link is refused with a reason", async ({ desktop, relay, page }) => {
  const invented = `${relay.url}/j/019a8c3e-0000-7000-8000-000000000000#AAAAAAAAAAAAAAAAAAAAAA`;
  await page.goto(invented);
  await expect(page.getByText("This link no longer works")).toBeVisible();
  await page.screenshot({ path: screen("page-invite-gone") });
  const sos = await Sos.start(desktop, relay, invented);
  await sos.over();
  desktop.picture("sos-link-gone");
});

test("of two technicians who take it together exactly one wins and the other is told who", async ({ console, another, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Race");
  await console.backToQueue();
  await Sos.start(desktop, relay, link);
  const second = await another(boris);
  const technicians = [console, second];
  for (const technician of technicians) {
    await expect(technician.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
    await technician.row("Maria Souza").hover();
  }
  const assign = technicians.map((technician) => technician.row("Maria Souza").getByRole("button", { name: "Assign to me" }));
  // Both buttons are there before either is pressed: the faster claim takes the other's button away.
  const found = await Promise.all(assign.map((button) => button.elementHandle()));
  await Promise.all(found.map((button) => button?.evaluate((it) => (it as HTMLButtonElement).click())));
  await Promise.all(technicians.map((technician) => expect(technician.row("Maria Souza")).toContainText("Active", { timeout: 10_000 })));
  const won = await Promise.all(technicians.map((technician) => technician.page.getByText(/Session \d+ is yours/).count()));
  expect(won.reduce((sum, one) => sum + Math.sign(one), 0)).toBe(1);
  const winner = won[0] ? ana : boris;
  const loser = won[0] ? second : console;
  await expect(loser.row("Maria Souza")).toContainText(winner.name);
  await loser.picture("console-claim-lost");
});

test.describe("with links that are good for a minute", () => {
  test.use({ settings: "[expiry]\nlink_minutes = 1" });

  test("a link expires", async ({ console, desktop, relay, context }) => {
    test.setTimeout(180_000);
    const link = await console.newSession("Maria Souza", "Too late");
    await console.backToQueue();
    await expect(console.row("Maria Souza")).not.toContainText("Expired");
    const visitor = await context.newPage();
    await visitor.goto(link);
    await expect(visitor.getByText("This link no longer works")).toBeHidden();

    // The queue tells by itself: nobody reloads it.
    await expect(console.row("Maria Souza")).toContainText("Expired", { timeout: 90_000 });
    await expect(console.row("Maria Souza").getByRole("button", { name: "Assign to me" })).toBeHidden();
    await console.picture("console-link-expired");
    await visitor.reload();
    await expect(visitor.getByText("This link no longer works")).toBeVisible();
    await visitor.close();

    const sos = await Sos.start(desktop, relay, link);
    await sos.over();
    desktop.picture("sos-link-expired");
    await expect(console.row("Maria Souza")).toContainText("Expired");
  });
});
