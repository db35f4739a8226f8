/** What is set up, for the pages of the settings: they are shown once it is known. */

import { createContext, useContext } from "react";

import type { Setup } from "@/api";

export const SetupContext = createContext<Setup | null>(null);

export function useSetupNow(): Setup {
  const setup = useContext(SetupContext);
  if (setup === null) throw new Error("shown outside the settings");
  return setup;
}

export const AREAS = ["channels", "groups", "technicians", "roles", "companies", "categories", "replies", "files"] as const;
export type Area = (typeof AREAS)[number];
/** Areas with things of which there are many. */
export type Things = Exclude<Area, "files">;
export const isArea = (text: string): text is Area => AREAS.some((area) => area === text);
