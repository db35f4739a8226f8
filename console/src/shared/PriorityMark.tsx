import { useTranslation } from "react-i18next";

import type { Priority } from "@/api";
import { Icon, Mark, type IconName, type Tone } from "@/ui";

const LOOK: Record<Priority, [Tone, IconName | null]> = { urgent: ["bad", "urgent"], high: ["warn", "up"], normal: ["neutral", null], low: ["neutral", "down"] };

/** In a word and a sign, never by colour alone. */
export function PriorityMark({ priority }: { priority: Priority }) {
  const { t } = useTranslation();
  const [tone, icon] = LOOK[priority];
  return <Mark tone={tone}>{icon !== null && <Icon name={icon} size={14} />}{t(`priority.${priority}`)}</Mark>;
}
