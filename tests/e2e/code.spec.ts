import { readdirSync } from "node:fs";

import { expect, output, Sos, test, until, watched } from "./harness/index.ts";

test("nine digits lead to the controlled screen", async ({ console, sos, desktop }) => {
  await console.picture("console-queue-empty");
  const number = await sos.number();
  desktop.picture("sos-number");
  await console.enterCode(number);
  await console.asks();

  await sos.asked();
  desktop.picture("sos-asks-look");
  await console.picture("console-waiting-for-yes");
  await console.seesNoPicture();
  sos.press("yes");
  await console.seesPicture();
  await console.says("view only");
  desktop.picture("sos-sharing");
  await console.picture("console-view");

  // Looking is not touching: without the second Yes nothing moves.
  const before = desktop.pointer();
  await console.click(500, 300);
  await console.askControl();
  await sos.asked();
  desktop.picture("sos-asks-control");
  expect(desktop.pointer()).toEqual(before);
  sos.press("yes");
  await console.says("in control");

  await console.click(500, 300);
  await until(5_000, "the remote pointer", () => {
    const { x, y } = desktop.pointer();
    return Math.abs(x - 500) <= 2 && Math.abs(y - 300) <= 2 ? true : undefined;
  });
  await console.picture("console-control");

  await console.end();
  await sos.over();
  await console.seesNoPicture();
  await console.picture("console-ended");
});

test("after the end the program closes, and leaves nothing behind", async ({ console, desktop, relay }) => {
  const files = () => readdirSync(desktop.folder, { recursive: true, encoding: "utf8" }).filter((name) => !name.endsWith(".log")).sort();
  const before = files();
  const sos = await Sos.start(desktop, relay);
  await watched(console, sos);
  await console.end();
  await sos.over();
  desktop.picture("sos-ended");
  expect(await sos.close()).toBe(0);
  expect(files()).toEqual(before);
  expect(output("sh", ["-c", `pgrep -g ${sos.running.pid} || true`])).toBe("");
});

test("a session is closed with what was done and an outcome, and both are kept", async ({ console, page, relay }) => {
  await console.newSession("Maria Souza", "Printer");
  await console.backToQueue();
  await console.openRow("Maria Souza");
  await page.getByTestId("end").click();
  await page.getByRole("dialog").getByText("No contact").click();
  await page.getByTestId("note").fill("Called three times, nobody answered.");
  await console.picture("console-outcome");
  await page.getByTestId("confirm-end").click();
  await expect(page.getByRole("dialog")).toBeHidden();
  await relay.kill();
  await relay.startAgain();
  await page.goto(relay.url);
  await page.getByTestId("view-closed").click();
  await expect(console.row("Maria Souza")).toContainText("Closed · No contact");
  await console.openRow("Maria Souza");
  await expect(page.getByText("Called three times, nobody answered.")).toBeVisible();
  await console.picture("console-outcome-kept");
});

test("a refusal shows nothing and says so", async ({ console, sos, desktop }) => {
  await console.enterCode(await sos.number());
  await console.asks();
  await sos.asked();
  sos.press("no");
  await console.says("refused");
  await console.seesNoPicture();
  await console.picture("console-refused");
  desktop.picture("sos-after-no");
});

test("silence is no", async ({ console, sos, desktop }) => {
  test.setTimeout(120_000);
  await console.enterCode(await sos.number());
  await console.asks();
  await sos.asked();
  const asked = performance.now();
  await console.says("silence", 75_000);
  expect(performance.now() - asked).toBeGreaterThan(50_000);
  await console.seesNoPicture();
  await console.picture("console-silence");
  desktop.picture("sos-after-silence");
});

test("wrong digits lead nowhere, and the third try burns the code", async ({ console, sos, desktop }) => {
  const number = await sos.number();
  const wrong = number.slice(0, 5) + String((Number(number.slice(5)) + 1) % 10_000).padStart(4, "0");
  await console.enterCode(wrong);
  await console.says("wrong digits");
  await console.picture("console-wrong-digits");
  await console.enterCode(wrong);
  await expect(console.page.getByText(/1 try left/)).toBeVisible();
  await console.enterCode(wrong);
  await console.says("burned");
  await console.picture("console-burned");
  // The code is dead: the right digits do not help any more, and the program shows others.
  await console.enterCode(number);
  await console.says("no such code");
  const next = await until(15_000, "another number", async () => {
    const shown = await sos.number();
    return shown === number ? undefined : shown;
  });
  desktop.picture("sos-new-number");
  await console.enterCode(next);
  await console.asks();
});

test("an unknown code is refused", async ({ console, sos }) => {
  const number = await sos.number();
  const unknown = String((Number(number.slice(0, 5)) + 1) % 100_000).padStart(5, "0") + number.slice(5);
  await console.enterCode(unknown);
  await console.says("no such code");
  await console.picture("console-unknown-code");
});
