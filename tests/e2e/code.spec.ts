import { expect, test, until } from "./harness/index.ts";

test("nine digits lead to the controlled screen", async ({ console, sos, desktop, page }) => {
  await console.picture("console-queue-empty");
  const number = await sos.number();
  desktop.picture("sos-number");
  await console.enterCode(number);

  await sos.asked("look");
  desktop.picture("sos-asks-look");
  await console.picture("console-waiting-for-consent");
  await console.seesNoPicture();
  sos.press("yes");
  await console.seesPicture();
  desktop.picture("sos-sharing");
  await console.picture("console-picture");

  // Looking is not touching: without the second Yes nothing moves.
  const before = desktop.pointer();
  await console.click(900, 300);
  await console.askControl();
  await sos.asked("control");
  desktop.picture("sos-asks-control");
  expect(desktop.pointer()).toEqual(before);
  sos.press("yes");
  await console.hasControl();

  await console.click(900, 300);
  await until(5_000, "the remote pointer", () => {
    const { x, y } = desktop.pointer();
    return Math.abs(x - 900) <= 2 && Math.abs(y - 300) <= 2 ? true : undefined;
  });
  await console.picture("console-control");

  await console.end();
  expect(await sos.running.end(10_000)).toBe(0);
  await expect(page.locator("video:visible")).toHaveCount(0);
  await console.picture("console-ended");
});

test("a refusal shows nothing and says so", async ({ console, sos, desktop }) => {
  await console.enterCode(await sos.number());
  await sos.asked("look");
  sos.press("no");
  await console.says("refused");
  await console.seesNoPicture();
  await console.picture("console-refused");
  desktop.picture("sos-after-no");
});

test("silence is no", async ({ console, sos, desktop }) => {
  test.setTimeout(110_000);
  await console.enterCode(await sos.number());
  await sos.asked("look");
  const asked = performance.now();
  await console.says("silence", 75_000);
  expect(performance.now() - asked).toBeGreaterThan(50_000);
  await console.seesNoPicture();
  await console.picture("console-silence");
  desktop.picture("sos-after-silence");
});

test("wrong digits lead nowhere, and the third try burns the code", async ({ console, sos }) => {
  const number = await sos.number();
  const wrong = number.slice(0, 5) + String((Number(number.slice(5)) + 1) % 10_000).padStart(4, "0");
  for (let tries = 1; tries <= 3; tries += 1) {
    await console.enterCode(wrong);
    await console.says("wrong code");
    if (tries === 1) await console.picture("console-wrong-code");
    await console.backToQueue();
  }
  // The code is dead: the right digits do not help any more, and the program shows others.
  await console.enterCode(number);
  await console.says("wrong code");
  await until(15_000, "another number", async () => ((await sos.number()) === number ? undefined : true));
});

test("an unknown code answers like a wrong one", async ({ console, sos }) => {
  const number = await sos.number();
  const unknown = String((Number(number.slice(0, 5)) + 1) % 100_000).padStart(5, "0") + number.slice(5);
  await console.enterCode(unknown);
  await console.says("wrong code");
});
