/** Languages: chosen by the person, else by the browser, else English. Every visible string is a key of `en.ts`. */

import i18next from "i18next";
import { initReactI18next } from "react-i18next";

import en from "./en";
import ptBR from "./pt-BR";
import ru from "./ru";

export const LANGUAGES = [
  { code: "en", name: "English" },
  { code: "pt-BR", name: "Português (Brasil)" },
  { code: "ru", name: "Русский" },
] as const;
export type Language = (typeof LANGUAGES)[number]["code"];

const STORED = "ponte.language";

export function chooseLanguage(stored: string | null, preferred: readonly string[]): Language {
  const known = (tag: string): Language | undefined =>
    LANGUAGES.find((l) => l.code.toLowerCase() === tag.toLowerCase() || l.code.split("-")[0] === tag.toLowerCase().split("-")[0])?.code;
  if (stored !== null && known(stored) !== undefined) return known(stored) ?? "en";
  return preferred.map(known).find((l) => l !== undefined) ?? "en";
}

export async function startLanguage(): Promise<void> {
  const language = chooseLanguage(localStorage.getItem(STORED), navigator.languages);
  document.documentElement.lang = language;
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { en: { translation: en }, "pt-BR": { translation: ptBR }, ru: { translation: ru } },
    // React escapes; escaping twice would show entities.
    interpolation: { escapeValue: false },
  });
}

export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(STORED, language);
  document.documentElement.lang = language;
  await i18next.changeLanguage(language);
}

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: { translation: typeof en };
  }
}
