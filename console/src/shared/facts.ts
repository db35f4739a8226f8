/** Which of a computer's facts tell a technician something, and in which words. Pure. */

const NOTHING = /^(?:|-|n\/?a|none|null|unknown|unspecified|not specified|default string|system product name|to be filled by o\.?e\.?m\.?|\(none\)|\?+)$/i;

/** Null for what a computer says when it does not know. */
export function meaningful(value: string | null | undefined): string | null {
  const text = value?.trim() ?? "";
  return NOTHING.test(text) ? null : text;
}

/** `pt_BR.UTF-8` → “Portuguese (Brazil)”. Null for the locales that stand for no language. */
export function languageName(locale: string | null | undefined, language: string): string | null {
  const tag = (locale ?? "").trim().replace(/[.@].*$/, "").replaceAll("_", "-");
  if (meaningful(tag) === null || /^(?:c|posix|und|root)$/i.test(tag)) return null;
  try {
    return new Intl.DisplayNames(language, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}
