/** The component library, set up so that it writes no style element by markup (Trusted Types) and fetches nothing. */

import "@mantine/core/styles.css";
import "@mantine/core/styles/default-css-variables.css";
import "@mantine/notifications/styles.css";
import "./tokens.css";

import { createTheme, MantineProvider, useMantineColorScheme } from "@mantine/core";
import { Notifications, notifications } from "@mantine/notifications";
import i18next from "i18next";
import type { ReactNode } from "react";

import { Button } from "./controls";
import { Icon } from "./icons";
import css from "./ui.module.css";

const theme = createTheme({ defaultRadius: "sm", cursorType: "pointer", focusRing: "auto", respectReducedMotion: true });

export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" withCssVariables={false} withGlobalClasses={false}>
      <Notifications position="bottom-right" limit={3} />
      {children}
    </MantineProvider>
  );
}

const closing = () => ({ closeButtonProps: { "aria-label": i18next.t("app.close") } });
export const tell = (message: string): void => void notifications.show({ ...closing(), message, icon: <Icon name="check" />, color: "teal", autoClose: 4000 });
export const tellError = (message: string): void => void notifications.show({ ...closing(), message, icon: <Icon name="alert" />, color: "red", autoClose: 8000 });

/** Something new, with what it leads to; one with the same `key` takes the place of the one before. */
export function tellNew(key: string, title: string, text: string, open: { label: string; onClick: () => void }): void {
  notifications.hide(key);
  const go = (): void => {
    notifications.hide(key);
    open.onClick();
  };
  notifications.show({
    ...closing(), id: key, title, icon: <Icon name="bell" />, autoClose: 12_000,
    message: <span className={css.newness} data-testid="notice"><span>{text}</span><Button size="xs" kind="quiet" onClick={go}>{open.label}</Button></span>,
  });
}
export const untell = (key: string): void => void notifications.hide(key);

export type ColorScheme = "light" | "dark" | "auto";
export function useColorScheme(): { scheme: ColorScheme; setScheme: (scheme: ColorScheme) => void } {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return { scheme: colorScheme, setScheme: setColorScheme };
}
