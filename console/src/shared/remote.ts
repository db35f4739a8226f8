import { ApiError, desk, socketUrl } from "@/api";
import { RemoteSession, TicketError, type RemoteOptions } from "@/remote/session";

import { keeper } from "./keeper";

/** Starts a remote session with this console's account, storage and addresses. `codeTicket` serves until a code has opened its session. */
export function startRemote(technicianId: string, target: RemoteOptions["target"], codeTicket?: () => Promise<string>): RemoteSession {
  return new RemoteSession({
    url: socketUrl("view"),
    technicianId,
    keeper,
    target,
    ticket: async (session) => {
      try {
        if (session !== null) return await desk.viewTicket(session);
        if (codeTicket === undefined) throw new ApiError("internal");
        return await codeTicket();
      } catch (error) {
        throw new TicketError(error instanceof ApiError ? error.code : "unavailable");
      }
    },
  });
}
