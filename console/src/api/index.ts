export { ApiError, isErrorCode, type ErrorCode } from "./errors";
export { cache } from "./cache";
export { liveQueue, type QueueSnapshot, type QueueStatus } from "./events";
export { restore, signIn, signOut, socketUrl, currentTechnician, onAccountChange } from "./http";
export { upTo, useChat, useSeen, withMessages, type Chat, type Outgoing } from "./chat";
export { useDesk, useInvite, useQueue, useSession, useTechnician, type OneSession } from "./hooks";
export * as desk from "./desk";
export type * from "./types";
