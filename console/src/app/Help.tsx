import { useTranslation } from "react-i18next";

import { Dialog, Facts, Kbd, SHORTCUTS, ShortcutKeys, type Shortcut } from "@/ui";

import css from "./help.module.css";

const SECTIONS = ["anywhere", "queue", "session", "live"] as const;

/** Heard by the remote screen itself, see `remote/input/keyboard.ts`. */
const LEAVE = ["Ctrl", "Alt", "Shift"];

/** Every shortcut there is. */
export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog title={t("help.title")} opened={opened} onClose={onClose} closeLabel={t("app.close")} wide>
      <div className={css.sections} data-testid="shortcuts">
        {SECTIONS.map((section) => (
          <section key={section}>
            <h3>{t(`help.in.${section}`)}</h3>
            <Facts items={[
              ...(Object.keys(SHORTCUTS[section]) as Shortcut[]).map((shortcut) => [t(`help.${shortcut}`), <ShortcutKeys key={shortcut} shortcut={shortcut} />] as const),
              ...(section === "live" ? [[t("help.leave"), <span key="leave" className={css.chord}>{LEAVE.map((key) => <Kbd key={key}>{key}</Kbd>)}</span>] as const] : []),
            ]} />
          </section>
        ))}
      </div>
      <p className={css.note}>{t("help.note")}</p>
    </Dialog>
  );
}
