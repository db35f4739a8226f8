import { useDesk, type Session } from "@/api";
import { toBase64Url } from "@/remote/bytes";

import { keeper } from "./keeper";

/** The whole link of a session; null where this browser did not make it. */
export function useInviteLink(session: Session): string | null {
  const { data } = useDesk();
  const secret = session.invite == null ? null : keeper.linkSecret(session.id);
  if (session.invite == null || secret === null) return null;
  return inviteLink(data?.links_base ?? location.origin, session.invite.id, toBase64Url(secret));
}

/** Links as people pass them on: `<base>/j/<id>#<secret>`. */
const inviteLink = (base: string, id: string, secret: string): string => `${base.replace(/\/$/, "")}/j/${id}#${secret}`;
