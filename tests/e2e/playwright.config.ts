import { defineConfig } from "@playwright/test";

import { browser } from "./harness/browser.ts";
import { out } from "./harness/places.ts";

/** Each test starts its own relay, desktop and SOS program, so tests run side by side and in any order. */
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: out("playwright"),
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list", { printSteps: false }]],
  use: {
    ...browser(),
    locale: "en-US",
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    trace: "off",
    actionTimeout: 10_000,
  },
});
