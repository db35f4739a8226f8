import type { ComponentType } from "react";

import type { OneSession, Session } from "@/api";
import type { IconName } from "@/ui";

/** In this order. */
export const TAB_NAMES = ["information", "actions", "equipment", "correspondence", "team", "history"] as const;
export type TabName = (typeof TAB_NAMES)[number];

export interface TabProps {
  session: Session;
  history: OneSession["history"];
  /** The technician's id. */
  me: string;
  /** There is a remote screen: the tab stands beside it, narrow, and what helps has no place of its own. */
  beside: boolean;
}

export interface TabKind {
  icon: IconName;
  Content: ComponentType<TabProps>;
  /** Is there anything in it, for this session? Without: always. */
  shown?: (session: Session) => boolean;
}
