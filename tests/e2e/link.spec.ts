import { ana, boris, expect, Sos, test } from "./harness/index.ts";

test("a link makes the session ready, and the technician begins when they like", async ({ console, desktop, relay, page, context }) => {
  const link = await console.newSession("Maria Souza", "The printer prints half pages");
  await console.picture("console-link");
  await console.isAccessible();

  const visitor = await context.newPage();
  await visitor.goto(link);
  await expect(visitor.getByText("Northwind support").first()).toBeVisible();
  await visitor.screenshot({ path: (await import("./harness/index.ts")).screen("page-invite") });
  await visitor.close();

  const sos = await Sos.start(desktop, relay, link);
  await page.goto(relay.url);
  await expect(console.row("Maria Souza")).toContainText(/ready/i, { timeout: 15_000 });
  await console.picture("console-queue-ready");
  desktop.picture("sos-link");

  await console.openRow("Maria Souza");
  await console.seesDevice();
  await console.picture("console-device");
  await console.begin();
  await sos.asked("look");
  sos.press("yes");
  await console.seesPicture();
  await console.picture("console-link-picture");
});

test("a link works once", async ({ console, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Twice");
  const first = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText(/ready/i, { timeout: 15_000 });
  await first.running.stop();
  const second = await Sos.start(desktop, relay, link);
  await second.says("gone");
  desktop.picture("sos-link-gone");
});

test("a link that is not one is refused with a reason", async ({ desktop, relay, page }) => {
  const invented = `${relay.url}/j/019a8c3e-0000-7000-8000-000000000000#AAAAAAAAAAAAAAAAAAAAAA`;
  await page.goto(invented);
  await expect(page.getByText(/no longer|not valid|expired|gone/i).first()).toBeVisible();
  await page.screenshot({ path: (await import("./harness/index.ts")).screen("page-invite-gone") });
  const sos = await Sos.start(desktop, relay, invented);
  await sos.says("gone");
});

test("of two technicians who take it together exactly one wins", async ({ console, another, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Race");
  await Sos.start(desktop, relay, link);
  const second = await another(boris);
  await console.release("Maria Souza");
  await Promise.all([console.openRow("Maria Souza"), second.openRow("Maria Souza")]);
  const both = [console, second];
  await Promise.all(both.map((technician) => technician.claim()));
  const owners = await Promise.all(both.map((technician) => technician.owner()));
  expect(owners[0]).toBe(owners[1]);
  expect([ana.name, boris.name]).toContain(owners[0]);
  await console.picture("console-claim-lost");
});
