import { test as base, type Page } from "@playwright/test";

import { Desktop } from "./desktop.ts";
import { ana, type Account, Relay } from "./relay.ts";
import { Sos } from "./sos.ts";
import { Console } from "./console.ts";

export { Api, type Session } from "./api.ts";
export { expect } from "@playwright/test";
export { Console } from "./console.ts";
export { Desktop } from "./desktop.ts";
export { controlled, editor, watched } from "./flows.ts";
export { output, until } from "./process.ts";
export { out, program, screen } from "./places.ts";
export { type Account, ana, boris, Relay } from "./relay.ts";
export { HookServer, MailServer } from "./receivers.ts";
export { accepting, Authority, fingerprint, otherName } from "./certificates.ts";
export { Sos, SosWindow } from "./sos.ts";

interface World {
  relay: Relay;
  desktop: Desktop;
  /** The SOS program, started without a link. */
  sos: Sos;
  /** Ana's console, signed in. */
  console: Console;
  /** Another technician's console, in a browser profile of its own. */
  another(account: Account): Promise<Console>;
  /** Layout of the end user's desktop. */
  layout: string[];
  /** More lines for the relay's configuration. */
  settings: string;
}

export const test = base.extend<World>({
  layout: [["us"], { option: true }],
  settings: ["", { option: true }],
  relay: async ({ settings }, use) => {
    const relay = await Relay.start(settings);
    await use(relay);
    await relay.stop();
  },
  desktop: async ({ layout }, use) => {
    const desktop = await Desktop.start(layout);
    await use(desktop);
    await desktop.stop();
  },
  sos: async ({ desktop, relay }, use) => {
    await use(await Sos.start(desktop, relay));
  },
  console: async ({ page, relay }, use) => {
    await use(await Console.signIn(page, relay, ana));
  },
  another: async ({ browser, relay }, use) => {
    const pages: Page[] = [];
    await use(async (account) => {
      const context = await browser.newContext({ locale: "en-US", viewport: { width: 1440, height: 900 } });
      const page = await context.newPage();
      pages.push(page);
      return Console.signIn(page, relay, account);
    });
    for (const page of pages) await page.context().close();
  },
});
