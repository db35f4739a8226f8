/**
 * The tabs of a session. To add one: its name in `TAB_NAMES` (the order on the page), its file here, its line in `TABS`
 * (by `lazy` where it brings much along), and its words in `i18n/session/` under `tab`. What its badge counts is in
 * `counts.ts`. Digits on the keyboard, deep links (`?tab=`) and the remembered choice follow by themselves.
 */

import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";

import { Loading, Tabs } from "@/ui";

import { Correspondence } from "./Correspondence";
import { Information } from "./Information";
import { useCounts } from "./counts";
import { TAB_NAMES, type TabKind, type TabName, type TabProps } from "./tab";

const TABS: Record<TabName, TabKind> = {
  information: { icon: "info", Content: Information },
  actions: { icon: "log", Content: lazy(() => import("./Actions")) },
  equipment: { icon: "screen", Content: lazy(() => import("./Equipment")) },
  correspondence: { icon: "chat", Content: Correspondence },
  team: { icon: "team", Content: lazy(() => import("./Team")) },
  history: { icon: "history", Content: lazy(() => import("./History")) },
};

export function SessionTabs({ chosen, onChoose, ...props }: TabProps & { chosen: TabName; onChoose: (tab: TabName) => void }) {
  const { t } = useTranslation();
  const counts = useCounts(props.session);
  const names = TAB_NAMES.filter((name) => TABS[name].shown?.(props.session) ?? true);
  // A link may name a tab that this session does not have.
  const shown = names.includes(chosen) ? chosen : "information";
  const { Content } = TABS[shown];
  return (
    <Tabs
      id="session-tab"
      label={t("sessionTabs.label")}
      chosen={shown}
      onChoose={onChoose}
      shortcut="tab"
      compact={props.beside}
      tabs={names.map((value) => ({ value, label: t(`sessionTabs.tab.${value}`), icon: TABS[value].icon, testId: `tab-${value}`, ...counts[value] }))}
    >
      <Suspense fallback={<Loading label={t("app.loading")} />}><Content {...props} /></Suspense>
    </Tabs>
  );
}
