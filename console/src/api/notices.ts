/** What the technician is told, and what they chose. */

import { useQuery } from "@tanstack/react-query";

import { cache, NOTICES_KEY } from "./cache";
import { get, post, put } from "./http";
import type { Notice, NotificationSettings, Preferences } from "./types";

/** As many as anybody looks at. */
const SHOWN = 50;

/** Newest first; asked for anew when the relay says that there is something new. */
export const useNotices = (signedIn: boolean) =>
  useQuery({ queryKey: NOTICES_KEY, enabled: signedIn, staleTime: Infinity, queryFn: async () => (await get<{ notices: Notice[] }>(`me/notices?limit=${SHOWN}`)).notices });

/** Shows at once what the relay is told. */
async function see(which: (notice: Notice) => boolean, body: { to: number } | { session: string }): Promise<void> {
  const known = cache.getQueryData<Notice[]>(NOTICES_KEY);
  if (known?.some((notice) => !notice.seen && which(notice)) !== true) return;
  cache.setQueryData<Notice[]>(NOTICES_KEY, known.map((notice) => (which(notice) ? { ...notice, seen: true } : notice)));
  await post("me/notices/seen", body);
}
export const seeAll = (to: number): Promise<void> => see((notice) => notice.id <= to, { to });
export const seeSession = (session: string): Promise<void> => see((notice) => notice.session.id === session, { session });

const CHOSEN_KEY = ["notifications"] as const;
export const useNotifications = () => useQuery({ queryKey: CHOSEN_KEY, queryFn: () => get<NotificationSettings>("me/notifications") });
export async function choose(settings: NotificationSettings, preferences: Preferences): Promise<void> {
  try {
    const { version } = await put<{ version: number }>("me/notifications", { version: settings.version, preferences });
    cache.setQueryData<NotificationSettings>(CHOSEN_KEY, { ...settings, version, preferences });
  } catch (error) {
    void cache.invalidateQueries({ queryKey: CHOSEN_KEY });
    throw error;
  }
}
/** Mail is written in it. */
export const tellLanguage = (language: string): Promise<void> => put("me/language", { language });
