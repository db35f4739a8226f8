/** A channel's links: read again every few seconds while they are looked at, since their use is counted. */

import { useQuery } from "@tanstack/react-query";

import { get, patch, post, remove } from "./http";
import type { CallLink } from "./types";

export const LINKS_KEY = "links";

export const makeLink = (channel: string, name: string): Promise<CallLink> => post(`channels/${channel}/links`, { name });
/** On the version that was seen; what is absent stays. */
export const changeLink = (channel: string, link: CallLink, change: { name?: string; paused?: boolean }): Promise<CallLink> => patch(`channels/${channel}/links/${link.id}`, { version: link.version, ...change });
export const deleteLink = (channel: string, link: CallLink): Promise<void> => remove(`channels/${channel}/links/${link.id}?version=${link.version}`);

export const useLinks = (channel: string, allowed: boolean) =>
  useQuery({ queryKey: [LINKS_KEY, channel], queryFn: () => get<CallLink[]>(`channels/${channel}/links`), refetchInterval: 5000, enabled: allowed });

/** Links as people pass them on: `<base>/c/<id>`. */
export const callLink = (base: string, link: CallLink): string => `${base.replace(/\/$/, "")}/c/${link.id}`;
