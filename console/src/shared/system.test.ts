import { expect, it } from "vitest";

import { systemOf } from "./system";

it.each([
  ["Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0", "linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "windows"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "macos"],
  ["Mozilla/5.0 (Linux; Android 15; Pixel 9) Mobile", "android"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X)", "android"],
  ["Lynx", "other"],
])("%s is %s", (agent, system) => {
  expect(systemOf(agent)).toBe(system);
});
