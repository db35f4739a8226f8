import { ApiError, socketUrl } from "@/api";
import { RemoteSession, TicketError, type RemoteOptions } from "@/remote/session";

import { keeper } from "./keeper";

/** Starts a remote session with this console's account, storage and addresses. */
export function startRemote(technicianId: string, target: RemoteOptions["target"], ticket: RemoteOptions["ticket"]): RemoteSession {
  return new RemoteSession({
    url: socketUrl("view"),
    technicianId,
    keeper,
    target,
    ticket: async (session) => {
      try {
        return await ticket(session);
      } catch (error) {
        throw new TicketError(error instanceof ApiError ? error.code : "unavailable");
      }
    },
  });
}
