import { ana, boris, expect, Sos, test } from "./harness/index.ts";

test("both sides write, before the picture and beside it, and each learns what the other has read", async ({ console, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "The printer smells of smoke");
  await console.backToQueue();
  const sos = await Sos.start(desktop, relay, link);
  const row = console.row("Maria Souza");
  await expect(row).toContainText("Ready", { timeout: 15_000 });
  await desktop.window("Ponte");

  // The end user writes while they wait; the queue tells of it.
  sos.write("Now it is loud, too");
  await expect(row).toContainText("1 new message", { timeout: 10_000 });
  await console.picture("console-queue-unread");
  await console.openRow("Maria Souza");
  await console.page.getByTestId("messages").click();
  await expect(console.message("Now it is loud, too")).toBeVisible();
  await console.picture("console-chat-waiting");

  // Before the question of whether they may look: while it is asked, the window shows nothing else.
  await console.write("Please switch it off\nand wait for me");
  await expect(console.message("Please switch it off")).toContainText("Seen", { timeout: 10_000 });
  desktop.picture("sos-chat-waiting");
  await console.begin();

  // Beside the picture; what comes in opens the messages under the bar.
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
  await sos.shared();
  desktop.picture("sos-chat-closed");
  await console.write("I see your screen now");
  await expect(console.message("I see your screen now")).toContainText("Seen", { timeout: 10_000 });
  desktop.picture("sos-chat-open");
  await console.picture("console-chat-live");
  await console.isAccessible();

  await console.end();
  await expect(console.message("Now it is loud, too")).toBeVisible();
  await expect(console.page.getByText("The session is over. Until")).toBeVisible();
  await console.picture("console-chat-over");
});

test("what is written while the relay is away arrives when it is back, once", async ({ console, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Slow");
  await console.backToQueue();
  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  sos.write("first");
  await console.openRow("Maria Souza");
  await console.page.getByTestId("messages").click();
  await expect(console.message("first")).toBeVisible();

  await relay.kill();
  await console.write("written into the dark");
  await expect(console.message("written into the dark")).toContainText("Not sent");
  await console.picture("console-chat-not-sent");
  await relay.startAgain();
  await console.page.getByRole("button", { name: "Try again" }).click();
  await expect(console.message("written into the dark")).toHaveCount(1);
  await expect(console.message("written into the dark")).toContainText("Seen", { timeout: 20_000 });
  sos.write("second");
  await expect(console.message("second")).toHaveCount(1);
  await expect(console.message("first")).toHaveCount(1);
  desktop.picture("sos-chat-after-restart");
});

test("who does not hold the session reads the messages and cannot write", async ({ console, another, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Slow");
  await console.backToQueue();
  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  sos.write("hello?");
  await console.openRow("Maria Souza");
  await console.begin();
  const second = await another(boris);
  await second.openRow("Maria Souza");
  await second.page.getByTestId("messages").click();
  await expect(second.message("hello?")).toBeVisible();
  await expect(second.page.getByText(`${ana.name} has this session and writes to the person.`)).toBeVisible();
  await expect(second.page.getByTestId("chat-text")).toHaveCount(0);
});

test("a session by code begins with messages, goes on to the screen, and back to messages", async ({ console, desktop, sos }) => {
  await console.enterCode(await sos.number());
  // A code asks to look at once; the person would rather write first.
  await sos.asked();
  sos.press("no");
  await expect(console.page.getByTestId("ask-view")).toBeVisible({ timeout: 15_000 });
  await console.page.getByTestId("messages").click();
  await console.write("Tell me first what you see");
  await expect(console.message("Tell me first")).toContainText("Seen", { timeout: 10_000 });
  sos.write("A blue page");
  await expect(console.message("A blue page")).toBeVisible({ timeout: 10_000 });
  desktop.picture("sos-chat-by-code");

  await console.page.getByTestId("ask-view").click();
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
  await sos.shared();

  await console.page.getByTestId("stop-view").click();
  await console.seesNoPicture();
  await sos.stoppedSharing();
  await console.write("I have seen enough");
  await expect(console.message("I have seen enough")).toContainText("Seen", { timeout: 10_000 });
  await expect(console.message("A blue page")).toHaveCount(1);
  desktop.picture("sos-chat-back");
  // The next look is asked for again.
  await console.page.getByTestId("ask-view").click();
  await console.asks();
  await sos.asked();
});
