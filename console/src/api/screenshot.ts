/** The screen as it was when somebody asked by a channel's link. */

import { useQuery } from "@tanstack/react-query";

import { get } from "./http";
import type { Attachment, Session } from "./types";

/** It follows the request, over whatever line the person has. */
const COMES_WITHIN_MS = 5 * 60_000;

/** Null while there is none: it was left out, or is on its way. */
export function useScreenshot(session: Session): Attachment | null {
  const { id, call, created_at: since } = session;
  const { data } = useQuery({
    queryKey: ["screenshot", id],
    queryFn: async () => (await get<{ attachments: Attachment[] }>(`sessions/${id}/attachments`)).attachments.find((file) => file.purpose === "screenshot") ?? null,
    enabled: call != null,
    refetchInterval: ({ state }) => (state.data == null && Date.now() - since < COMES_WITHIN_MS ? 2000 : false),
  });
  return data ?? null;
}
