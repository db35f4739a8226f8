import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { ana, expect, output, Sos, test, until } from "./harness/index.ts";

/** A picture of one colour, as a screenshot program would leave it. */
function picture(file: string, colour: string): Buffer {
  output("convert", ["-size", "320x200", `xc:${colour}`, file]);
  return readFileSync(file);
}

const hash = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

test("files and photos go both ways, with hostile names, and nothing is opened or kept that should not be", async ({ console, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "A message that she cannot read");
  await console.backToQueue();
  const given = join(desktop.folder, "Desktop");
  mkdirSync(given, { recursive: true });
  const photo = picture(join(given, "error.png"), "#0b5f73");
  writeFileSync(join(given, "program.exe"), "MZ\0\0");
  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.openRow("Maria Souza");
  await console.page.getByTestId("messages").click();

  // The end user gives a file from the program's own list, by the keyboard.
  sos.keys("Tab", "space");
  await sos.settled();
  desktop.picture("sos-files-list");
  sos.keys("Return", "Return");
  const first = console.message("error.png");
  await expect(first).toBeVisible({ timeout: 15_000 });
  await expect(first.getByRole("button", { name: "Enlarge error.png" }).locator("img")).toBeVisible();
  await console.picture("console-files-photo");

  // A photo from the clipboard.
  output("sh", ["-c", `xclip -selection clipboard -target image/png -in '${join(given, "error.png")}' >/dev/null 2>&1`], { env: desktop.env() });
  sos.keys("ctrl+v");
  await expect(console.message("clipboard.png")).toBeVisible({ timeout: 15_000 });
  desktop.picture("sos-files-sent");

  // Enlarged, and saved as what it is.
  await first.getByRole("button", { name: "Enlarge error.png" }).click();
  await expect(console.page.getByRole("dialog").getByRole("img", { name: "error.png" })).toBeVisible();
  await console.picture("console-files-large");
  await console.isAccessible();
  await console.page.keyboard.press("Escape");
  const [download] = await Promise.all([console.page.waitForEvent("download"), first.getByRole("button", { name: "Save" }).click()]);
  expect(download.suggestedFilename()).toBe("error.png");
  expect(hash(readFileSync(await download.path()))).toBe(hash(photo));

  // The technician's files, under names that would lead elsewhere.
  const names: [string, string][] = [["../../etc/passwd.txt", "passwd.txt"], ["CON.txt", "_CON.txt"], ["photo\u202Egpj.txt", "photogpj.txt"]];
  // One after the other: of several at once the smallest may be there first.
  for (const [name, safe] of names) {
    await console.page.getByTestId("chat-files").setInputFiles([{ name, mimeType: "text/plain", buffer: Buffer.from(name) }]);
    await expect(console.message(safe)).toContainText("Seen", { timeout: 15_000 });
  }
  // What the desk does not take is said at once, and kept nowhere.
  await console.page.getByTestId("chat-files").setInputFiles([
    { name: "run.exe", mimeType: "application/octet-stream", buffer: Buffer.from("MZ\0\0") },
    { name: "large.txt", mimeType: "text/plain", buffer: Buffer.alloc(26 * 1024 * 1024) },
    { name: "lie.png", mimeType: "image/png", buffer: Buffer.from("<svg onload=alert(1)>") },
  ]);
  await expect(console.message("run.exe")).toContainText("does not take files of this kind");
  await expect(console.message("large.txt")).toContainText("too large");
  await expect(console.message("lie.png")).toContainText("does not take files of this kind");
  await console.picture("console-files-refused");
  for (const name of ["run.exe", "large.txt", "lie.png"]) await console.message(name).getByRole("button", { name: "Remove" }).click();
  await expect(console.message("run.exe")).toHaveCount(0);

  // Nothing came to the end user's disk by itself; the newest is saved when they say so, and lies there as a plain file.
  const downloads = join(desktop.folder, "Downloads");
  expect(existsSync(downloads)).toBe(false);
  desktop.picture("sos-files-offered");
  sos.keys("shift+Tab", "space");
  await until(10_000, "the saved file", () => (existsSync(join(downloads, "photogpj.txt")) ? true : undefined));
  await until(10_000, "the finished file", () => (readdirSync(downloads).every((name) => !name.endsWith(".ponte-part")) ? true : undefined));
  expect(readdirSync(downloads)).toEqual(["photogpj.txt"]);
  expect(readFileSync(join(downloads, "photogpj.txt"), "utf8")).toBe("photo\u202Egpj.txt");
  await sos.settled();
  desktop.picture("sos-files-saved");
  expect(desktop.windowsOf(sos.running.pid)).toHaveLength(1);
});

test("a file that is on its way when the relay is killed goes on by itself", async ({ console, desktop, relay }) => {
  const link = await console.newSession("Maria Souza", "Slow");
  await console.backToQueue();
  const sos = await Sos.start(desktop, relay, link);
  await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
  await console.openRow("Maria Souza");
  await console.page.getByTestId("messages").click();
  const bytes = Buffer.alloc(12 * 1024 * 1024, "0123456789abcdef");
  await console.page.getByTestId("chat-files").setInputFiles({ name: "trace.log", mimeType: "text/plain", buffer: bytes });
  await expect(console.message("trace.log").getByRole("progressbar")).toHaveAttribute("value", /^[1-9]/, { timeout: 20_000 });
  await relay.kill();
  await expect(console.message("trace.log")).toContainText("Waiting for the relay");
  await console.picture("console-files-waiting");
  await relay.startAgain();
  await expect(console.message("trace.log")).toContainText("Seen", { timeout: 60_000 });
  await expect(console.message("trace.log")).toHaveCount(1);
  const [download] = await Promise.all([console.page.waitForEvent("download"), console.message("trace.log").getByRole("button", { name: "Save" }).click()]);
  expect(hash(readFileSync(await download.path()))).toBe(hash(bytes));
  expect(sos.running.alive).toBe(true);
});

test("canned replies are written by their word, and both sides see who came", async ({ console, desktop, relay }) => {
  await console.page.goto(`${relay.url}/settings/replies/new`);
  await console.page.getByTestId("shortcut").fill("hello");
  await console.page.getByTestId("reply-text").fill("Hello {person}, this is {technician}.");
  await expect(console.page.getByTestId("preview")).toContainText(`Hello Maria, this is ${ana.name}.`);
  await console.picture("console-reply-new");
  await console.isAccessible();
  await console.page.getByTestId("make").click();
  await expect(console.page.getByRole("link", { name: "/hello" })).toBeVisible();
  await console.picture("console-replies");
  await console.page.goto(`${relay.url}/settings/files`);
  await expect(console.page.getByTestId("each")).toHaveValue("25");
  await console.picture("console-settings-files");
  await console.isAccessible();
  await console.page.goto(relay.url);

  const link = await console.newSession("Rosa Lima", "Slow");
  await console.backToQueue();
  await Sos.start(desktop, relay, link);
  await expect(console.row("Rosa Lima")).toContainText("Ready", { timeout: 15_000 });
  await console.openRow("Rosa Lima");
  await console.page.getByTestId("messages").click();
  await console.page.getByTestId("chat-text").fill("/he");
  await expect(console.page.getByTestId("reply-preview")).toContainText(`Hello Rosa Lima, this is ${ana.name}.`);
  await console.picture("console-reply-list");
  await console.isAccessible();
  await console.page.keyboard.press("Enter");
  await expect(console.page.getByTestId("chat-text")).toHaveValue(`Hello Rosa Lima, this is ${ana.name}.`);
  await console.page.keyboard.press("Enter");
  await expect(console.message("Hello Rosa Lima")).toContainText("Seen", { timeout: 10_000 });
  await console.begin();
  await expect(console.page.getByTestId("coming")).toContainText(`${ana.name} has the session`);
  desktop.picture("sos-chat-came");
  const [download] = await Promise.all([console.page.waitForEvent("download"), console.page.getByTestId("chat-export").click()]);
  expect(readFileSync(await download.path(), "utf8")).toContain(`${ana.name}: Hello Rosa Lima`);
});
