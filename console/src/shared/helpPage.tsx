/** What the pages are made of on which an end user lands: no sign-in, large type, three languages. */

import { useEffect, type ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Program } from "@/api";
import { LANGUAGES, setLanguage } from "@/i18n";
import { bytes } from "@/i18n/format";
import { Icon } from "@/ui";

import css from "./helpPage.module.css";

export function HelpPage({ name, title, state, testId, children }: { name: string; title: string; state: string; testId: string; children: ReactNode }) {
  const { t, i18n } = useTranslation();
  useEffect(() => {
    document.title = title;
  }, [title]);
  return (
    <main className={css.page}>
      <header className={css.head}>
        <img src="/icon.svg" alt="" />
        <strong>{name}</strong>
        <select aria-label={t("nav.language")} value={i18n.language} onChange={(event) => void setLanguage(LANGUAGES.find((l) => l.code === event.currentTarget.value)?.code ?? "en")}>
          {LANGUAGES.map((l) => <option key={l.code} value={l.code}>{l.name}</option>)}
        </select>
      </header>
      <section className={css.card} aria-live="polite" data-testid={testId} data-state={state}>{children}</section>
    </main>
  );
}

export function Big({ icon, title, text }: { icon: "check" | "expired" | "info"; title: string; text: string }) {
  return (
    <div className={css.big}>
      <Icon name={icon} size={34} />
      <div>
        <h1>{title}</h1>
        <p>{text}</p>
      </div>
    </div>
  );
}

export function Download({ program, system }: { program: Program; system: string }) {
  const { t, i18n } = useTranslation();
  return (
    <div>
      <a className={css.download} href={program.url} download={program.file} data-testid="download">
        <Icon name="download" size={22} />
        {t("invite.download", { system })}
      </a>
      <p className={css.meta}>
        {program.file} · {bytes(program.size, i18n.language)}
        <br />
        {t("invite.checksum")}: <code>{program.sha256}</code>
      </p>
    </div>
  );
}
