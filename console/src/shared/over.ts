import type { Session } from "@/api";

/** Nothing happens in it any more, unless it is reopened. One that is done and waits to be confirmed is not over. */
export const isOver = ({ state, detail }: Pick<Session, "state" | "detail">): boolean => (state === "closed" || state === "expired") && detail == null;
