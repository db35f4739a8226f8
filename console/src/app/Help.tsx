import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

import { Dialog, Facts, Kbd } from "@/ui";

/** Is the person typing somewhere, or is a dialog open? Then single letters are not shortcuts. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.closest("input, textarea, select, [contenteditable=true], [role=dialog], [role=menu]") !== null);
}

interface Actions {
  onNew: () => void;
  onCode: () => void;
  onHelp: () => void;
}

export function useGlobalKeys(actions: Actions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const pressed = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target)) return;
      const run = { n: latest.current.onNew, c: latest.current.onCode, "?": latest.current.onHelp }[event.key];
      if (run === undefined) return;
      event.preventDefault();
      run();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, []);
}

export function HelpDialog({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const keys = (...names: string[]) => names.map((name) => <Kbd key={name}>{name}</Kbd>);
  return (
    <Dialog title={t("help.title")} opened={opened} onClose={onClose} closeLabel={t("app.close")}>
      <h3>{t("help.queueTitle")}</h3>
      <Facts
        items={[
          [t("help.move"), keys("j", "k", "↓", "↑")],
          [t("help.open"), keys("Enter")],
          [t("help.new"), keys("n")],
          [t("help.code"), keys("c")],
          [t("help.search"), keys("/")],
          [t("help.help"), keys("?")],
        ]}
      />
      <h3 style={{ marginTop: 16 }}>{t("help.remoteTitle")}</h3>
      <Facts items={[[t("help.leave"), keys("Ctrl", "Alt", "Shift")]]} />
    </Dialog>
  );
}
