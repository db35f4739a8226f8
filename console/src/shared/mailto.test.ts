import { describe, expect, it } from "vitest";

import { mailto } from "./mailto";

describe("a mail that is written for somebody", () => {
  it("has whole lines, and the link with its secret", () => {
    const address = mailto("rosa@example.org", "Help & more", "Hello,\r\nhttps://desk.example/j/1#secret");
    expect(address).toBe("mailto:rosa@example.org?subject=Help%20%26%20more&body=Hello%2C%0D%0Ahttps%3A%2F%2Fdesk.example%2Fj%2F1%23secret");
    expect(new URL(address).searchParams.get("body")).toBe("Hello,\r\nhttps://desk.example/j/1#secret");
  });
  it("adds nobody whom the address does not name", () => {
    expect(mailto("a@b.example?bcc=x@y.example&body=z", "s", "b")).toBe("mailto:a@b.example%3Fbcc%3Dx@y.example%26body%3Dz?subject=s&body=b");
    expect(mailto(" ", "s", "b")).toBe("mailto:?subject=s&body=b");
  });
});
