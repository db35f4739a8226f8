import { describe, expect, it } from "vitest";

import type { Reply } from "@/api";

import { fill, matching, repliesIn, sought } from "./replies";

const reply = (shortcut: string, channel: string | null = null, text = "text"): Reply => ({ id: `${shortcut}-${channel}`, version: 1, setup: { shortcut, channel, text } });
const VALUES = { person: "Rosa", technician: "Ana", session: "42", desk: "Helpdesk" };

describe("canned replies", () => {
  it("say what is known, and leave no hole for what is not", () => {
    expect(fill("Hello {person}, this is {technician} ({desk}, {session}).", VALUES)).toBe("Hello Rosa, this is Ana (Helpdesk, 42).");
    expect(fill("Hello {person}, how are you?", { ...VALUES, person: "" })).toBe("Hello, how are you?");
    expect(fill("{unknown} { person }", VALUES)).toBe("{unknown} { person }");
  });

  it("of a channel go before the desk's with the same word", () => {
    const all = [reply("hello"), reply("hello", "a"), reply("bye", "b"), reply("ask")];
    expect(repliesIn(all, "a").map((it) => it.id)).toEqual(["ask-null", "hello-a"]);
    expect(repliesIn([...all].reverse(), "b").map((it) => it.id)).toEqual(["ask-null", "bye-b", "hello-null"]);
  });

  it("are looked for by a slash and a word, and by nothing else", () => {
    expect(sought("/")).toBe("");
    expect(sought("/Hel")).toBe("hel");
    for (const text of ["", "hello", "/hello there", "/etc/passwd", " /x"]) expect(sought(text)).toBeNull();
    const all = [reply("print", null, "Say hello"), reply("hello"), reply("say-hello")];
    expect(matching(all, "hello").map((it) => it.setup.shortcut)).toEqual(["hello", "say-hello", "print"]);
    expect(matching(all, "xyz")).toEqual([]);
  });
});
