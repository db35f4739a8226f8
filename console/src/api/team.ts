/** Who is there, and who is next. */

import { useQuery } from "@tanstack/react-query";

import { cache, TEAM_KEY } from "./cache";
import { get, post, put } from "./http";
import type { Availability, NextUp, Standing } from "./types";

/** Those with whom the technician works, by name; they are among them. */
export const useTeam = () => useQuery({ queryKey: TEAM_KEY, queryFn: async () => (await get<{ technicians: Standing[] }>("team")).technicians });

/** Going off shift gives the technician's sessions back. */
export async function chooseAvailability(availability: Availability): Promise<Standing> {
  const standing = await put<Standing>("team/me", { availability });
  void cache.invalidateQueries({ queryKey: TEAM_KEY });
  return standing;
}

/** What *Take next* would take, and why; null when nobody waits for the technician. */
export const next = async (): Promise<NextUp | null> => (await get<{ next?: NextUp | null }>("queue/next")).next ?? null;
export const takeNext = (): Promise<NextUp> => post("queue/next", {});
