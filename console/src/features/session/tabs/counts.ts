import { useTranslation } from "react-i18next";

import { useEquipment, useWorkLog, type Session } from "@/api";
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
  const { data: equipment } = useEquipment(session.id);
  const pieces = equipment?.length ?? 0;
  const unread = unreadIn(session);
  const entries = log?.length ?? 0;
  return {
    actions: { count: entries, counted: t("sessionTabs.counted.actions", { count: entries }) },
    equipment: { count: pieces, counted: t("life.equipment.count", { count: pieces }) },
    correspondence: { count: unread, counted: `${t("sessionTabs.tab.correspondence")}, ${t("chat.unread", { count: unread })}`, urgent: true },
  };
}
