import type { Locator, Page } from "@playwright/test";

import { ana, type Console, expect, screen, test } from "./harness/index.ts";

/** The settings of a console, spoken to by what is written on them. */
class Settings {
  constructor(
    readonly console: Console,
    readonly page: Page = console.page,
  ) {}

  async open(area: string): Promise<void> {
    await this.page.getByTestId("nav-settings").click();
    await this.page.getByRole("navigation", { name: "Areas of the settings" }).getByRole("link", { name: area }).click();
    await expect(this.page.getByRole("heading", { level: 1, name: area })).toBeVisible();
  }

  /** Makes a thing that needs no more than a name; its page is open then. */
  async make(area: string, name: string): Promise<void> {
    await this.open(area);
    await this.page.getByTestId(`new-${area.toLowerCase()}`).click();
    await this.page.getByTestId("new-name").fill(name);
    await this.page.getByTestId("make").click();
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  /** Makes a technician; gives the first password, as it is shown. */
  async makeTechnician(name: string, email: string): Promise<string> {
    await this.open("Technicians");
    await this.page.getByTestId("new-technicians").click();
    await this.page.getByTestId("new-name").fill(name);
    await this.page.getByTestId("new-email").fill(email);
    await this.page.getByTestId("make").click();
    const password = (await this.page.getByTestId("first-password").innerText()).trim();
    expect(password).toMatch(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/);
    return password;
  }

  async openThing(area: string, name: string): Promise<void> {
    await this.open(area);
    await this.page.getByRole("link", { name, exact: true }).click();
    await expect(this.page.getByRole("heading", { level: 1, name })).toBeVisible();
  }

  async tab(name: string): Promise<void> {
    await this.page.getByTestId(`tab-${name}`).click();
    await expect(this.page.getByTestId(`tab-${name}`)).toHaveAttribute("aria-current", "page");
  }

  async save(): Promise<void> {
    await this.page.getByTestId("save").click();
    await expect(this.page.getByTestId("unsaved")).toHaveText("All is saved.");
  }

  get rule(): Locator {
    return this.page.getByTestId("rule");
  }
}

test("a manager makes a channel with a group and a rule, and sees where a request goes and why", async ({ console }) => {
  test.setTimeout(120_000);
  const settings = new Settings(console);
  const { page } = settings;
  await settings.makeTechnician("Clara Dias", "clara@desk.example");
  await settings.make("Groups", "Network");
  await page.getByTestId("members").getByRole("checkbox", { name: "Clara Dias" }).check();
  await settings.save();

  await settings.make("Channels", "On site");
  await page.getByRole("radio", { name: "At most" }).check();
  await page.getByTestId("waiting-minutes").fill("120");
  await expect(page.getByTestId("unsaved")).toContainText("waiting limit");
  await console.picture("settings-channel-general");

  // What is typed on one page of the channel is kept while another is open, and all of it is saved together.
  await settings.tab("members");
  await expect(page.getByText("Nobody works here yet")).toBeVisible();
  await page.getByTestId("groups").getByRole("checkbox", { name: "Network" }).check();
  await expect(page.getByTestId("comes-to")).toContainText("That comes to 1 technician");
  await expect(page.getByTestId("comes-to")).toContainText("Clara Dias (through Network)");
  await console.picture("settings-channel-members");

  await settings.tab("routing");
  await page.getByRole("radio", { name: "Least busy" }).check();
  await page.getByTestId("add-rule").click();
  await page.getByTestId("rule-name").fill("Network trouble");
  await page.getByTestId("condition-values").fill("vpn");
  await page.keyboard.press("Enter");
  await page.getByTestId("condition-values").fill("wi-fi");
  await page.keyboard.press("Enter");
  await page.getByTestId("rule-to").selectOption({ label: "Group Network" });
  await page.getByTestId("rule-priority").selectOption("high");
  await page.getByTestId("add-rule").click();
  await page.getByTestId("rule-name").fill("Machines of the town hall");
  await page.getByTestId("condition-kind").selectOption("asset");
  await page.getByTestId("condition-values").fill("20####");
  await page.keyboard.press("Enter");
  await page.getByTestId("rule-priority").selectOption("urgent");
  await page.getByRole("button", { name: "Add a skill" }).click();
  await page.getByRole("combobox", { name: "Skill", exact: true }).fill("hardware");
  await page.getByLabel("Level, at least").fill("3");
  // By the keyboard to the front, and by the button back.
  const second = page.getByRole("button", { name: /^2\. Machines of the town hall/ });
  await second.press("Alt+ArrowUp");
  await expect(settings.rule.first()).toContainText("1. Machines of the town hall");
  await page.getByRole("button", { name: "Move rule Machines of the town hall down" }).click();
  await expect(settings.rule.first()).toContainText("1. Network trouble");
  await expect(settings.rule.first()).toContainText("Any of these words: vpn, wi-fi → to Group Network, priority high");
  await console.picture("settings-channel-rules");
  await expect(page.getByText("This asks the saved rules.")).toBeVisible();
  await settings.save();
  await expect(page.getByText("This asks the saved rules.")).toBeHidden();

  const tried = page.getByTestId("tried");
  await page.getByTestId("try-text").fill("My VPN drops every hour");
  await page.getByTestId("try").click();
  await expect(page.getByTestId("tried-result")).toContainText("It goes to On site, with priority high.");
  await expect(page.getByTestId("tried-result")).toContainText("Only to technicians of the group Network.");
  await expect(tried).toContainText("1. Network trouble: holds: this one decides");
  await expect(tried).toContainText("2. Machines of the town hall: not asked, one before it decided");
  await expect(page.getByTestId("considered")).toContainText("Clara Dias");

  await page.getByTestId("try-text").fill("The printer is on fire");
  await page.getByTestId("try-asset").fill("203355");
  await page.getByTestId("try").click();
  await expect(page.getByTestId("tried-result")).toContainText("with priority urgent");
  await expect(tried).toContainText("1. Network trouble: does not hold: Any of these words: vpn, wi-fi – none of the words occurs in the text");
  await expect(tried).toContainText("2. Machines of the town hall: holds: this one decides");

  await expect(page.getByTestId("tried-result")).toContainText("It needs: hardware (level 3 or more).");
  await expect(page.getByTestId("considered")).toContainText("Clara Dias does not know hardware");
  await expect(tried).toContainText("Nobody could be given it now");
  await console.picture("settings-channel-tried");

  // All of it is there after a reload.
  await page.reload();
  await expect(settings.rule).toHaveCount(2);
  await settings.tab("general");
  await expect(page.getByTestId("waiting-minutes")).toHaveValue("120");
});

test("two managers at one channel: the second is told, and nothing is overwritten", async ({ console, another }) => {
  const first = new Settings(console);
  await first.make("Channels", "Support two");
  const second = new Settings(await another({ email: "boris@desk.example", name: "Boris Petrov", password: "battery staple 2" }));
  await second.openThing("Channels", "Support two");
  await second.page.getByTestId("description").fill("Written by the second");
  await second.page.getByTestId("name").fill("Second’s name");
  await first.page.getByTestId("description").fill("Written by the first");
  await first.save();

  const conflict = second.page.getByTestId("conflict");
  await expect(conflict).toContainText("Somebody else changed this meanwhile.");
  await expect(conflict).toContainText("You both changed: description.");
  await expect(second.page.getByTestId("save")).toBeDisabled();
  await expect(second.page.getByTestId("description")).toHaveValue("Written by the second");
  await second.console.picture("settings-conflict");
  await second.page.getByTestId("load-theirs").click();
  await expect(second.page.getByTestId("description")).toHaveValue("Written by the first");
  await expect(second.page.getByTestId("name")).toHaveValue("Support two");

  // The relay itself refuses, too: here the second does not hear in time that somebody saved.
  await second.page.route("**/api/v1/setup", (route) => route.abort());
  await second.page.getByTestId("name").fill("Second’s name");
  await first.page.getByTestId("description").fill("Again by the first");
  await first.save();
  await second.page.getByTestId("save").click();
  await expect(conflict).toContainText("Somebody else changed this meanwhile.");
  await second.page.unroute("**/api/v1/setup");
  await second.page.reload();
  await expect(second.page.getByTestId("description")).toHaveValue("Again by the first");
  await expect(second.page.getByTestId("name")).toHaveValue("Support two");

  // Keeping one's own puts it onto what the other saved.
  await second.page.getByTestId("name").fill("Second’s name");
  await first.page.getByTestId("description").fill("A third time by the first");
  await first.save();
  await second.page.getByTestId("keep-mine").click();
  await second.save();
  await expect(first.page.getByRole("heading", { level: 1, name: "Second’s name" })).toBeVisible();
  await expect(first.page.getByTestId("description")).toHaveValue("A third time by the first");
});

test("what is not saved is not lost by leaving: the page asks first", async ({ console }) => {
  const settings = new Settings(console);
  const { page } = settings;
  await settings.openThing("Channels", "Support");
  await page.getByTestId("description").fill("For everybody");
  await page.getByRole("link", { name: "Queue" }).click();
  const dialog = page.getByRole("dialog", { name: "Leave without saving?" });
  await dialog.getByRole("button", { name: "Stay here" }).click();
  await expect(page.getByTestId("description")).toHaveValue("For everybody");
  await page.getByRole("link", { name: "Queue" }).click();
  await dialog.getByRole("button", { name: "Leave without saving" }).click();
  await expect(page.getByRole("heading", { name: "Queue" })).toBeAttached();
  await settings.openThing("Channels", "Support");
  await expect(page.getByTestId("description")).toHaveValue("");
});

test("a channel is deleted by its name, and what stands in the way is said", async ({ console }) => {
  const settings = new Settings(console);
  const { page } = settings;
  await settings.openThing("Channels", "Support");
  await page.getByTestId("delete").click();
  await expect(page.getByTestId("in-the-way")).toContainText("This is the default channel");
  await page.keyboard.press("Escape");

  await settings.make("Channels", "Billing");
  await page.getByTestId("make-default").click();
  await expect(page.getByText("Default channel", { exact: true })).toBeVisible();
  const link = await console.newSession("Maria Souza", "An invoice");
  expect(link).toContain("/j/");
  await settings.openThing("Channels", "Support");
  await page.getByTestId("make-default").click();
  await expect(page.getByText("Default channel", { exact: true })).toBeVisible();
  await settings.openThing("Channels", "Billing");
  await page.getByTestId("delete").click();
  await expect(page.getByTestId("delete-confirm")).toBeDisabled();
  await page.getByTestId("delete-name").fill("Billing");
  await page.getByTestId("delete-confirm").click();
  await expect(page.getByTestId("delete-problem")).toContainText("Sessions are waiting or being worked here.");
  await page.keyboard.press("Escape");

  await settings.make("Channels", "Nobody uses it");
  await page.getByTestId("delete").click();
  await page.getByTestId("delete-name").fill("Nobody uses it");
  await page.getByTestId("delete-confirm").click();
  await expect(page.getByRole("heading", { level: 1, name: "Channels" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Nobody uses it" })).toHaveCount(0);
});

test("a new technician signs in with the password that was shown, and sees their channel alone", async ({ console, another }) => {
  const settings = new Settings(console);
  const { page } = settings;
  const password = await settings.makeTechnician("Clara Dias", "clara@desk.example");
  await console.picture("settings-first-password");
  await page.getByTestId("to-technician").click();
  await expect(page.getByText(password)).toHaveCount(0);
  await page.getByTestId("add-skill").click();
  await page.getByTestId("skill").fill("network");
  await page.getByTestId("level").fill("4");
  await page.getByTestId("limit").fill("3");
  await settings.save();

  await settings.make("Channels", "Network");
  await settings.tab("members");
  await page.getByTestId("technicians").getByRole("checkbox", { name: "Clara Dias" }).check();
  await settings.save();
  await page.getByRole("link", { name: "Technicians", exact: true }).click();
  await expect(page.getByRole("row", { name: /Clara Dias/ })).toContainText("Network");
  await console.picture("settings-technicians");

  const clara = await another({ email: "clara@desk.example", name: "Clara Dias", password });
  // She manages nothing, so there is nothing to set up; and of the channels she has the one.
  await expect(clara.page.getByTestId("nav-settings")).toHaveCount(0);
  // What the page asked for before it was left is not meant.
  await clara.page.reload({ waitUntil: "commit" });
  const seen = await clara.page.waitForResponse((response) => response.url().endsWith("/api/v1/setup"));
  const { channels } = (await seen.json()) as { channels: { setup: { name: string } }[] };
  expect(channels.map((it) => it.setup.name)).toEqual(["Network"]);

  // Their manager: may change that channel's pages, and only look at the others.
  await settings.openThing("Technicians", "Clara Dias");
  await page.getByTestId("add-role-where").selectOption({ label: "Channel Network" });
  await page.getByTestId("add-role-name").selectOption({ label: "Channel manager" });
  await page.getByTestId("add-role").click();
  await settings.save();
  await clara.page.getByTestId("nav-settings").click();
  await clara.page.getByRole("link", { name: "Network", exact: true }).click();
  await clara.page.getByTestId("description").fill("Clara’s");
  await new Settings(clara).save();
  await expect(clara.page.getByTestId("delete")).toBeDisabled();
  await clara.page.getByRole("link", { name: "Technicians", exact: true }).click();
  await expect(clara.page.getByTestId("new-technicians")).toBeDisabled();
  await clara.page.getByRole("link", { name: ana.name, exact: true }).click();
  await expect(clara.page.getByTestId("look-only")).toBeVisible();
  await expect(clara.page.getByTestId("limit")).toBeDisabled();

  // Disabled, she is out.
  await page.getByTestId("enabled").uncheck();
  await settings.save();
  const again = await another({ email: "boris@desk.example", name: "Boris Petrov", password: "battery staple 2" });
  await again.page.getByTestId("account").click();
  await again.page.getByTestId("sign-out").click();
  await again.submit("clara@desk.example", password);
  await expect(again.page.getByTestId("signin-error")).toBeVisible();
});

test("what may she do here, and why? A single permission is settled, and the answer follows", async ({ console }) => {
  const settings = new Settings(console);
  const { page } = settings;
  await settings.makeTechnician("Clara Dias", "clara@desk.example");
  await settings.openThing("Channels", "Support");
  await settings.tab("members");
  await page.getByTestId("technicians").getByRole("checkbox", { name: "Clara Dias" }).check();
  await settings.save();
  await settings.openThing("Technicians", "Clara Dias");
  await settings.tab("explain");
  const take = page.getByTestId("permission-session_take");
  await expect(take).toContainText("Denied");
  await page.getByTestId("explain-where").selectOption({ label: "Channel Support" });
  await expect(take).toContainText("Allowed");
  await expect(take).toContainText("The role Channel technician (Channel Support) gives it.");
  await expect(page.getByTestId("permission-channel_configure")).toContainText("The role Channel technician (Channel Support) does not give it.");
  await expect(page.getByTestId("explain-count")).toHaveText("28 of 62 are allowed");
  await console.picture("settings-explain");

  await take.getByRole("combobox").selectOption("deny");
  await expect(take).toContainText("It was denied to this person (Channel Support).");
  await expect(take).toContainText("Denied");
  await expect(page.getByTestId("explain-count")).toHaveText("27 of 62 are allowed");
  await take.getByRole("combobox").selectOption("role");
  await expect(take).toContainText("Allowed");
});

test("the built-in roles are shown as the relay has them", async ({ console }) => {
  test.setTimeout(120_000);
  const settings = new Settings(console);
  const { page } = settings;
  for (const [key, name] of [["technician_manager", "Technician manager"], ["channel_manager", "Channel manager"], ["channel_technician", "Channel technician"], ["auditor", "Auditor"]] as const) {
    await settings.open("Technicians");
    await page.getByTestId("new-technicians").click();
    await page.getByTestId("new-name").fill(`One ${name}`);
    await page.getByTestId("new-email").fill(`${key}@desk.example`);
    await page.getByTestId("new-role").selectOption(key);
    await page.getByTestId("make").click();
    await page.getByTestId("to-technician").click();
    const answer = page.waitForResponse((response) => /\/technicians\/[^/]+\/permissions$/.test(response.url()));
    await settings.tab("explain");
    const explained = (await (await answer).json()) as { permission: string; decision: { allowed: boolean } }[];
    await settings.openThing("Roles & permissions", name);
    const rights = page.getByTestId("rights").locator("tr[data-testid]");
    await expect(rights).toHaveCount(62);
    const shown = await rights.filter({ has: page.getByRole("cell", { name: "Yes", exact: true }) }).evaluateAll((all) => all.map((it) => it.getAttribute("data-testid")?.slice("right-".length)));
    expect(shown.sort()).toEqual(explained.filter((it) => it.decision.allowed).map((it) => it.permission).sort());
  }

  // The owner's are fixed.
  await settings.openThing("Roles & permissions", "Owner");
  await page.getByTestId("compare").selectOption("auditor");
  await page.getByTestId("give-audit_view").click();
  await expect(page.getByTestId("give-audit_view")).toBeChecked();

  // One of one's own, beside a built-in one.
  await settings.make("Roles", "Trainee");
  await page.getByTestId("give-session_view").check();
  await page.getByTestId("give-chat_read").check();
  await page.getByTestId("compare").selectOption("channel_technician");
  await settings.save();
  await console.picture("settings-role");
  await settings.open("Roles & permissions");
  await expect(page.getByRole("row", { name: /Trainee/ })).toContainText("2 of 62");
});

test("a single permission of a built-in role is settled for the desk and for a channel, and counts for everybody who has it", async ({ console }) => {
  const settings = new Settings(console);
  const { page } = settings;
  const right = page.getByTestId("right-session_take");
  await settings.makeTechnician("Clara Dias", "clara@desk.example");
  await settings.openThing("Channels", "Support");
  await settings.tab("members");
  await page.getByTestId("technicians").getByRole("checkbox", { name: "Clara Dias" }).check();
  await settings.save();
  await settings.openThing("Roles & permissions", "Channel technician");
  await expect(right).toContainText("Yes");
  await right.getByRole("combobox").selectOption("deny");
  await expect(right.getByRole("cell", { name: "No", exact: true })).toBeVisible();
  await expect(page.getByTestId("rights-count")).toContainText("27 of 62");

  // The channel says otherwise, and goes before the desk.
  await page.getByTestId("rights-where").selectOption({ label: "Channel Support" });
  await expect(right.getByRole("combobox").locator("option:checked")).toHaveText("As on the whole desk: denied");
  await right.getByRole("combobox").selectOption("allow");
  await expect(right.getByRole("cell", { name: "Yes", exact: true })).toBeVisible();
  await expect(page.getByTestId("rights-count")).toContainText("1 settled elsewhere");
  await page.getByText("Settled otherwise", { exact: true }).click();
  await expect(page.getByTestId("rights").locator("tr[data-testid]")).toHaveCount(1);
  await console.picture("settings-built-in-role");
  await console.isAccessible();

  // A link leads to the same place; the technician's own page gives the same answer.
  await page.reload();
  await expect(right.getByRole("combobox")).toHaveValue("allow");
  await settings.openThing("Technicians", "Clara Dias");
  await settings.tab("explain");
  const take = page.getByTestId("permission-session_take");
  await page.getByTestId("explain-where").selectOption({ label: "Channel Support" });
  await expect(take).toContainText("It was allowed to the role Channel technician (Channel Support).");
  await settings.open("Roles & permissions");
  await expect(page.getByRole("row", { name: /Channel technician/ })).toContainText("2 settled otherwise");
});

const looks = [{ language: "en", locale: "en-US", scheme: "light" }, { language: "ru", locale: "ru-RU", scheme: "dark" }, { language: "pt-BR", locale: "pt-BR", scheme: "light" }] as const;
for (const { language, locale, scheme } of looks) {
  test.describe(language, () => {
    test.use({ locale, colorScheme: scheme });
    test(`every page of the settings is complete and accessible in ${language}, ${scheme}`, async ({ console }) => {
      test.setTimeout(300_000);
      const { page } = console;
      const shot = async (name: string): Promise<void> => {
        await page.screenshot({ path: screen(`${language}-${scheme}-settings-${name}`) });
        await console.isAccessible();
        // A key that was not translated shows as itself.
        expect(await page.locator("body").innerText()).not.toMatch(/\bsettings\.[a-z]/);
      };
      await page.getByTestId("nav-settings").click();
      const areas = page.getByRole("navigation").last();
      const make = async (area: string, name: string): Promise<void> => {
        await page.goto(`${console.relay.url}/settings/${area}/new`);
        await expect(page.getByTestId("new-name")).toBeVisible();
        await shot(`new-${area}`);
        await page.getByTestId("new-name").fill(name);
        if (area === "technicians") await page.getByTestId("new-email").fill("clara@desk.example");
        await page.getByTestId("make").click();
        await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
        await shot(area === "technicians" ? "password" : `one-of-${area}`);
      };
      await expect(areas).toBeVisible();
      for (const area of ["groups", "companies", "categories", "roles", "technicians"]) {
        await page.goto(`${console.relay.url}/settings/${area}`);
        await expect(page.getByTestId(`new-${area}`)).toBeVisible();
        await shot(`${area}-before`);
        await make(area, `${area} 1`);
        await page.goto(`${console.relay.url}/settings/${area}`);
        await expect(page.getByRole("link", { name: `${area} 1` })).toBeVisible();
        await shot(area);
      }
      await page.getByRole("link", { name: "technicians 1" }).click();
      await expect(page.getByTestId("enabled")).toBeVisible();
      await page.getByTestId("add-skill").click();
      await shot("technician");
      await page.getByTestId("tab-explain").click();
      await expect(page.getByTestId("explain-count")).toBeVisible();
      await shot("explain");
      await page.goto(`${console.relay.url}/settings/roles/channel_manager`);
      await page.getByTestId("rights").waitFor();
      await shot("built-in-role");
      await page.goto(`${console.relay.url}/settings/channels`);
      await expect(page.getByRole("row")).toHaveCount(2);
      await shot("channels");
      await make("channels", "channels 1");
      await page.getByTestId("tab-members").click();
      await page.getByTestId("technicians").getByRole("checkbox").first().check();
      await shot("channel-members");
      await page.getByTestId("tab-routing").click();
      await page.getByTestId("add-rule").click();
      await page.getByTestId("rule-name").fill("1");
      await page.getByTestId("condition-values").fill("vpn");
      await page.keyboard.press("Enter");
      await page.getByTestId("rule-priority").selectOption("high");
      await shot("channel-rule");
      await page.getByTestId("save").click();
      await expect(page.getByTestId("discard")).toBeHidden();
      await page.getByTestId("tab-routing").click();
      await page.getByTestId("try-text").fill("vpn");
      await page.getByTestId("try").click();
      await expect(page.getByTestId("tried")).toBeVisible();
      await shot("channel-tried");
      await page.getByTestId("delete").click();
      await expect(page.getByTestId("delete-name")).toBeVisible();
      await shot("delete");
      await page.keyboard.press("Escape");
      if (language !== "ru") return;
      // The longest words, on the narrowest screen.
      await page.setViewportSize({ width: 390, height: 844 });
      for (const tab of ["general", "members", "routing"]) {
        await page.getByTestId(`tab-${tab}`).click();
        await shot(`narrow-${tab}`);
      }
    });
  });
}
