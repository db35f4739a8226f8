import { defineConfig } from "@playwright/test";

import suite from "./playwright.config.ts";

/** Measurements: one at a time, with nothing beside them. */
export default defineConfig(suite, { testDir: "bench", testMatch: "*.bench.ts", workers: 1, fullyParallel: false, timeout: 240_000 });
