import { useTranslation } from "react-i18next";

import { useWorkLog, type Session } from "@/api";
import { unreadIn } from "@/shared/unread";

import type { TabName } from "./tab";

interface Count {
  count: number;
  /** The tab's name, with what is counted. */
  counted: string;
  urgent?: boolean;
}

/** What stands on the tabs. */
export function useCounts(session: Session): Partial<Record<TabName, Count>> {
  const { t } = useTranslation();
  const { data: log } = useWorkLog(session.id);
  const unread = unreadIn(session);
  const entries = log?.length ?? 0;
  return {
    actions: { count: entries, counted: t("sessionTabs.counted.actions", { count: entries }) },
    correspondence: { count: unread, counted: `${t("sessionTabs.tab.correspondence")}, ${t("chat.unread", { count: unread })}`, urgent: true },
  };
}
