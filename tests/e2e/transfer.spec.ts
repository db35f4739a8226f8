import { readFileSync } from "node:fs";

import { type Page } from "@playwright/test";

import { boris, type Console, controlled, editor, expect, test, until } from "./harness/index.ts";

/** The tab about the technicians in the session. */
async function teamTab(console: Console): Promise<void> {
  if (!(await console.page.getByTestId("team-panel").isVisible())) {
    const tab = console.page.getByTestId("tab-team");
    if (!(await tab.isVisible())) await console.page.getByTestId("details").click();
    await tab.click();
  }
  await expect(console.page.getByTestId("team-panel")).toBeVisible();
}

const member = (console: Console, name: string) => console.page.getByTestId("member").filter({ hasText: name });

/** To whom and what for; the session page is open. */
async function offers(console: Console, what: "transfer" | "invite-technician", to: string, note: string, picture: string): Promise<void> {
  await teamTab(console);
  await console.page.getByTestId(what).click();
  await console.page.getByTestId("offer-search").fill(to);
  await console.page.getByTestId("recipient").filter({ hasText: to }).getByRole("radio").check();
  await console.page.getByTestId("offer-note").fill(note);
  await console.picture(picture);
  await console.isAccessible();
  await console.page.getByTestId("offer-submit").click();
  await expect(console.page.getByRole("dialog")).toBeHidden();
}

const words = (page: Page) => page.getByTestId("pairing-words");

/** The picture of this console goes on: the remote desktop changes, and it is seen. */
let shade = 40;
async function goesOn(desktop: { run(program: string, args: string[]): unknown }, ...consoles: Console[]): Promise<void> {
  shade = (shade + 60) % 240;
  const colour: [number, number, number] = [shade, 90, 200 - (shade % 120)];
  desktop.run("xsetroot", ["-solid", `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`]);
  for (const console of consoles) await console.seesColour(1200, 650, colour, 10_000);
}

test("a transfer while the picture goes on: compared by words, shown to the end user, with the baton passed on and back", async ({ console: first, another, desktop, sos }) => {
  test.setTimeout(180_000);
  const { file, x, y } = await editor(desktop);
  await controlled(first, sos);
  await goesOn(desktop, first);
  const second = await another(boris);
  await offers(first, "transfer", "Boris", "He cannot print. I have looked at the queue.", "transfer-dialog");
  await expect(first.page.getByTestId("outgoing")).toContainText("Offered to Boris Petrov");
  const offer = second.page.getByTestId("offer");
  await expect(offer).toContainText("Ana Lima offers you session #1");
  await expect(offer).toContainText("He cannot print");
  await second.picture("transfer-inbox");
  await second.isAccessible();
  await goesOn(desktop, first);
  await first.says("in control");

  await second.page.getByTestId("offer-accept").click();
  // Boris knows no secret of this session: five words on both screens, and a question to the end user.
  await expect(words(second.page).getByRole("listitem")).toHaveCount(5);
  await sos.asked();
  desktop.picture("sos-words");
  await second.picture("transfer-words");
  await second.isAccessible();
  await goesOn(desktop, first);
  await expect(first.page.getByTestId("control-state")).toContainText("Boris Petrov controls");
  sos.press("yes");
  await second.seesPicture();
  await goesOn(desktop, first, second);
  await sos.shared();
  desktop.picture("sos-two");

  // Ana points; Boris sees where, under her name.
  const place = await first.at(400, 300);
  await first.page.mouse.move(place.x, place.y, { steps: 6 });
  await expect(second.page.getByTestId("pointer")).toContainText("Ana Lima");
  await second.picture("transfer-pointer");

  // Boris asks for control and has it; what Ana types goes nowhere.
  await second.askControl();
  await sos.asked();
  sos.press("yes");
  await second.says("in control");
  await second.click(x, y);
  await desktop.focused("Mousepad");
  await second.page.keyboard.type("boris ");
  await first.click(x, y);
  // Digits that are no shortcut of the page.
  await first.page.keyboard.type("890");

  // He gives her the right and the baton: the end user has agreed to her before, and is not asked again.
  await teamTab(second);
  await member(second, "Ana Lima").getByTestId("member-rights").click();
  await second.page.getByRole("dialog").getByLabel("control", { exact: true }).check();
  await second.page.getByTestId("rights-save").click();
  await member(second, "Ana Lima").getByTestId("pass-control").click();
  await first.says("in control");
  await expect(member(second, "Ana Lima").getByTestId("baton")).toBeVisible();
  await second.picture("transfer-team");
  await second.isAccessible();
  await first.click(x, y);
  await desktop.focused("Mousepad");
  await first.page.keyboard.type("ana again");
  await first.page.keyboard.press("Control+s");
  const saved = await until(10_000, "the saved text", () => readFileSync(file, "utf8").trimEnd() || undefined);
  expect(saved).toBe("boris ana again");

  // The lead takes it back; who stayed leaves.
  await member(second, "Boris Petrov").getByTestId("pass-control").click();
  await second.says("in control");
  await teamTab(first);
  await first.page.getByTestId("leave-team").click();
  await first.seesNoPicture();
  await expect(first.page.getByTestId("stage")).toHaveAttribute("data-phase", "other");
  await goesOn(desktop, second);
});

test("a supervisor looks in, is shown to both, and takes over", async ({ console: owner, another, desktop, sos }) => {
  test.setTimeout(150_000);
  await controlled(owner, sos);
  const boss = await another(boris);
  await boss.page.goto(owner.page.url());
  await boss.picture("supervise-other");
  await boss.page.getByTestId("stage").getByTestId("look-in").click();
  await sos.asked();
  desktop.picture("sos-supervisor");
  await teamTab(owner);
  await expect(member(owner, "Boris Petrov")).toContainText("Supervises");
  sos.press("yes");
  await boss.seesPicture();
  await goesOn(desktop, owner, boss);
  await owner.says("in control");
  await sos.shared();
  desktop.picture("sos-looks-on");

  await teamTab(boss);
  await boss.page.getByTestId("take-over").click();
  await boss.picture("take-over-dialog");
  await boss.page.getByTestId("take-over-alone").click();
  await expect(owner.page.getByTestId("stage")).toHaveAttribute("data-phase", "other");
  await owner.seesNoPicture();
  await boss.seesPicture();
  await goesOn(desktop, boss);
  await boss.askControl();
  await sos.asked();
  sos.press("yes");
  await boss.says("in control");
});

test("what technicians write among themselves is on no screen of the end user", async ({ console: first, another, desktop, sos }) => {
  test.setTimeout(120_000);
  await controlled(first, sos);
  const second = await another(boris);
  await offers(first, "invite-technician", "Boris", "Do you know this driver?", "invite-dialog");
  await second.page.keyboard.press("Shift+A");
  await expect(second.page.getByTestId("session")).toBeVisible();
  await sos.asked();
  sos.press("yes");
  await second.seesPicture();
  await teamTab(second);
  await second.page.getByTestId("private-text").fill("I think he pulled the plug");
  await second.page.keyboard.press("Enter");
  await teamTab(first);
  await expect(first.page.getByTestId("private-message")).toContainText("pulled the plug");
  await first.picture("private-chat");
  await expect(first.page.getByTestId("message")).toHaveCount(0);
  // Boris asks for control; Ana, who leads and controls, gives it. He was never allowed to: the end user is asked.
  await second.page.getByTestId("want-control").first().click();
  await first.page.getByTestId("grant-wish").click();
  await sos.asked();
  sos.press("yes");
  await second.says("in control");
  await expect(first.page.getByTestId("control-state")).toContainText("Boris Petrov controls");
  desktop.picture("sos-baton");
});
