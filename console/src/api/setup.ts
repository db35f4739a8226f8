/** What is set up: read as a whole, kept until the relay says that something changed, and changed thing by thing. */

import { useQuery } from "@tanstack/react-query";

import { SETUP_KEY } from "./cache";
import { get, post, put, remove } from "./http";
import type { Explained, NewTechnician, Permission, Scope, Setup, Tried, TriedHours, TryRequest, WholeDesk } from "./types";

/** Things that are made, changed and removed alike, by the route they are at. */
export interface Things {
  channels: Setup["channels"][number]["setup"];
  groups: Setup["groups"][number]["setup"];
  roles: Setup["roles"][number]["setup"];
  companies: Setup["companies"][number]["setup"];
  categories: Setup["categories"][number]["setup"];
  replies: Setup["replies"][number]["setup"];
}
export type TechnicianSetup = Setup["technicians"][number]["setup"];

export const make = <K extends keyof Things>(what: K, setup: Things[K]): Promise<{ id: string; version: number }> => post(what, setup);
/** `version` is the one that was seen; a newer one there is `version_conflict`, and nothing is overwritten. */
export const change = <K extends keyof Things>(what: K, id: string, version: number, setup: Things[K]): Promise<{ version: number }> => put(`${what}/${id}`, { version, setup });
export const takeAway = (what: keyof Things, id: string, version: number): Promise<void> => remove(`${what}/${id}?version=${version}`);

export const makeTechnician = (technician: NewTechnician): Promise<{ id: string; version: number }> => post("technicians", technician);
export const changeTechnician = (id: string, version: number, setup: TechnicianSetup): Promise<{ version: number }> => put(`technicians/${id}`, { version, setup });
export const changeDesk = (version: number, setup: WholeDesk["setup"]): Promise<{ version: number }> => put("setup", { version, setup });

/** Where would it go? Changes nothing. */
export const tryRoute = (channel: string, request: TryRequest): Promise<Tried> => post(`channels/${channel}/try`, request);
/** When would it be open? Changes nothing. */
export const tryHours = (channel: string, hours: NonNullable<Things["channels"]["hours"]>): Promise<TriedHours> => post(`channels/${channel}/hours/try`, hours);
export const explainPermissions = (technician: string, channel?: string): Promise<Explained[]> =>
  get(`technicians/${technician}/permissions${channel === undefined ? "" : `?channel=${channel}`}`);

/** As far as the technician may see it. */
export const useSetup = () => useQuery({ queryKey: SETUP_KEY, queryFn: () => get<Setup>("setup"), staleTime: Infinity });

/** May the technician do this, on the whole desk or in a channel? False until it is known; the relay asks again anyway. */
export const may = (setup: Setup | undefined, permission: Permission, channel?: string): boolean =>
  setup?.may.some(({ on, permissions }) => same(on, channel) && permissions.includes(permission)) ?? false;
/** …in any channel, or on the whole desk? */
export const mayAnywhere = (setup: Setup | undefined, permission: Permission): boolean => setup?.may.some(({ permissions }) => permissions.includes(permission)) ?? false;

const same = (on: Scope, channel: string | undefined): boolean => (on === "desk" ? channel === undefined : on.channel === channel);

/** A channel's name, also of one that was removed; empty for one that is not known. */
export const channelName = (setup: Setup | undefined, id: string): string =>
  setup?.channels.find((channel) => channel.id === id)?.setup.name ?? setup?.removed_channels.find((channel) => channel.id === id)?.name ?? "";
