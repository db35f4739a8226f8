import { expect, it } from "vitest";

import { firstPassword } from "./password";

it("is long enough, easy to read out, and another each time", () => {
  const made = Array.from({ length: 200 }, () => firstPassword());
  for (const password of made) expect(password).toMatch(/^[a-hjkmnp-z2-9]{4}(-[a-hjkmnp-z2-9]{4}){3}$/);
  expect(new Set(made).size).toBe(200);
});

it("leaves out the bytes that would favour some signs", () => {
  // 248 is the first above the last full round of 31 signs: it is not used, and 0 is an "a".
  let calls = 0;
  const password = firstPassword((bytes) => bytes.fill(calls++ === 0 ? 248 : 0));
  expect(password).toBe("aaaa-aaaa-aaaa-aaaa");
  expect(calls).toBe(2);
});
