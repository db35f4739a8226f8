import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

import { errorCodeValues } from "@/gen/api";

import en from "./en";
import { bitrate, bytes, duration, milliseconds, moment } from "./format";
import { chooseLanguage, LANGUAGES } from "./index";
import ptBR from "./pt-BR";
import ru from "./ru";
import type { Translation } from "./words";

type Tree = { [key: string]: string | Tree };

function flat(tree: Tree, prefix = ""): Map<string, string> {
  return new Map(Object.entries(tree).flatMap(([key, value]) => (typeof value === "string" ? [[prefix + key, value] as const] : Array.from(flat(value, `${prefix}${key}.`)))));
}

const plural = /_(zero|one|two|few|many|other)$/;
const base = (key: string): string => key.replace(plural, "");
const variables = (text: string): string[] => Array.from(text.matchAll(/\{\{(\w+)\}\}/g), (m) => m[1] ?? "").sort();
const translations: Record<string, Tree> = { en, "pt-BR": ptBR, ru };
const english = flat(en);

describe("translations", () => {
  it.each(LANGUAGES.map((l) => l.code))("%s has every key, with the same variables", (code) => {
    const texts = flat(translations[code]!);
    expect(Array.from(new Set(Array.from(texts.keys(), base))).sort()).toEqual(Array.from(new Set(Array.from(english.keys(), base))).sort());
    for (const [key, text] of texts) {
      expect(text.trim(), key).not.toBe("");
      expect(variables(text), key).toEqual(variables(english.get(key) ?? english.get(`${base(key)}_other`) ?? ""));
    }
  });

  it.each(LANGUAGES.map((l) => l.code))("%s has each plural form that its language needs", (code) => {
    const texts = flat(translations[code]!);
    const forms = new Intl.PluralRules(code).resolvedOptions().pluralCategories;
    for (const key of new Set(Array.from(english.keys()).filter((k) => plural.test(k)).map(base))) {
      for (const form of forms) expect(texts.has(`${key}_${form}`), `${key}_${form}`).toBe(true);
    }
  });

  it.each(LANGUAGES.map((l) => l.code))("%s names every error of the relay", (code) => {
    const texts = flat(translations[code]!);
    for (const error of errorCodeValues) expect(texts.has(`error.${error}`), error).toBe(true);
  });

  it("does not compile when a refusal has no words", () => {
    const { code_burned: burned, ...others } = ru.error;
    // @ts-expect-error -- `code_burned` is missing
    const words: Translation["error"] = others;
    expect({ ...words, code_burned: burned }).toEqual(ru.error);
  });
});

describe("no visible text is written into the components", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".tsx") && !file.includes(".test."));
  const attributes = new Set(["label", "title", "placeholder", "aria-label", "alt", "description"]);

  it.each(files)("%s", (file) => {
    const source = ts.createSourceFile(file, readFileSync(root + file, "utf8"), ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
    const found: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isJsxText(node) && /\p{L}/u.test(node.text)) found.push(node.text.trim());
      if (ts.isJsxAttribute(node) && attributes.has(node.name.getText(source)) && node.initializer !== undefined && ts.isStringLiteral(node.initializer) && /\p{L}/u.test(node.initializer.text)) found.push(node.initializer.text);
      ts.forEachChild(node, visit);
    };
    visit(source);
    expect(found).toEqual([]);
  });
});

describe("choosing a language", () => {
  it.each([
    ["ru", ["en-GB"], "ru"],
    [null, ["pt-PT", "en"], "pt-BR"],
    [null, ["de", "ru-RU"], "ru"],
    ["klingon", ["fr"], "en"],
    [null, [], "en"],
  ] as const)("%s, %j → %s", (stored, preferred, expected) => {
    expect(chooseLanguage(stored, preferred)).toBe(expected);
  });
});

describe("formats", () => {
  it.each([[0, "0:00"], [-5, "0:00"], [67_000, "1:07"], [3_729_000, "1:02:09"], [273_000_000, "3d 03:50"]])("duration %d", (ms, text) => {
    expect(duration(ms, "en")).toBe(text);
  });
  it.each([
    ["en", "3d 03:50", "12.3 ms", "940 kb/s", "1.3 Mb/s"],
    ["pt-BR", "3 dias 03:50", "12,3 ms", "940 kb/s", "1,3 Mb/s"],
    ["ru", "3 д. 03:50", "12,3 мс", "940 кбит/с", "1,3 Мбит/с"],
  ])("units of %s", (language, days, time, slow, fast) => {
    // Spaces that do not break; and some versions of the language data write the Russian second with a Latin letter.
    const plain = (text: string): string => text.replaceAll(/[\u00a0\u202f]/g, " ").replace(/c$/, "с");
    expect([duration(273_000_000, language), milliseconds(12.34, language), bitrate(940, language), bitrate(1264, language)].map(plain)).toEqual([days, time, slow, fast]);
  });
  it("bytes and moments are short", () => {
    expect(bytes(16 * 2 ** 30, "en")).toBe("16 GB");
    expect(["en", "pt-BR", "ru"].map((language) => bytes(295, language).replaceAll(/[\u00a0\u202f]/g, " "))).toEqual(["295 bytes", "295 bytes", "295 байт"]);
    expect([bytes(0, "en"), bytes(1, "en")]).toEqual(["0 bytes", "1 byte"]);
    expect(moment(0, 1000, "en")).not.toMatch(/1970/);
  });
});
