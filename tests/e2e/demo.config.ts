import { defineConfig } from "@playwright/test";

import suite from "./playwright.config.ts";

/** The demo builds the programs itself, which disturbs tests beside it: it is tested alone, `npx playwright test -c demo.config.ts`. */
export default defineConfig({ ...suite, testMatch: "demo.alone.ts" });
