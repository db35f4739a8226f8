import type { Session } from "@/api";

/** Messages of the end user that nobody at the desk has seen: who writes for the desk has seen what came before. */
export const unreadIn = ({ chat, state }: Session): number => (state === "waiting" || state === "active" ? Math.max(0, chat.newest - chat.desk_saw) : 0);
