import type { Setup, Standing } from "@/api";

const channel = (id: string, name: string): Setup["channels"][number] => ({ id, version: 1, setup: { name } });

/** A desk of these channels, in which the technician may do everything or what is named. */
export const aSetup = (channels: Record<string, string> = { c: "Helpdesk" }, more: Partial<Setup> = {}): Setup => ({
  desk: { version: 1, setup: { default_channel: Object.keys(channels)[0] ?? "c" } },
  channels: Object.entries(channels).map(([id, name]) => channel(id, name)),
  removed_channels: [], groups: [], technicians: [], roles: [], companies: [], categories: [], replies: [], may: [],
  ...more,
});

/** How the technician who is signed in stands. */
export const aStanding = (more: Partial<Standing> = {}): Standing => ({
  id: "me", name: "Ana", chosen: "available", effective: { availability: "available", because: "chosen" }, load: 0, limit: 3, ...more,
});
