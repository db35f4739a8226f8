import { describe, expect, it } from "vitest";

import { codeIn, edited, grouped, position } from "./digits";

/** The field's text with the caret as `|`; gives the same notation back. */
function edit(before: string, after: string, backwards = false): string {
  const result = edited(before, after.replace("|", ""), after.indexOf("|"), backwards);
  const text = grouped(result.digits);
  const at = position(result.caret);
  return `${text.slice(0, at)}|${text.slice(at)}`;
}

describe("editing nine digits", () => {
  it.each([
    ["typing runs on into the next group", "518", "5186|", "518 6|"],
    ["what is no digit is left out", "51", "51x|", "51|"],
    ["a middle digit is put in while there is room", "51862", "5918| 62", "591 8|62"],
    ["over a full field it replaces the next digit", "518621854", "9|518 621 854", "9|18 621 854"],
    ["in the middle of a full field too", "518621854", "518 69|21 854", "518 69|1 854"],
    ["a tenth digit at the end is ignored", "518621854", "518 621 8547|", "518 621 854|"],
    ["one digit over everything selected starts anew", "518621854", "7|", "7|"],
    ["another whole code replaces the first", "518621854", "123456789|", "123 456 789|"],
    ["one digit over the last four selected", "518621854", "518 629|", "518 629|"],
    ["nothing left", "5", "|", "|"],
  ])("%s", (_name, before, after, expected) => {
    expect(edit(before, after)).toBe(expected);
  });

  it("Backspace behind a space takes the digit before it, and elsewhere what the browser took", () => {
    expect(edit("518621", "518|621", true)).toBe("51|6 21");
    expect(edit("518621", "518 62|", true)).toBe("518 62|");
  });
});

describe("a code in a pasted text", () => {
  it.each([
    ["518621854", "518621854"],
    ["518 621 854\n", "518621854"],
    ["518-621-854", "518621854"],
    ["5.1.8.6.2.1.8.5.4", "518621854"],
    ["the number is 518 – 621 – 854, call +55 11 5555", "518621854"],
    ["51862", null],
    ["5186218549", null],
    ["hello", null],
  ])("%j", (text, code) => {
    expect(codeIn(text)).toBe(code);
  });
});
