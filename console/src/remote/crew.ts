/** The technicians of a session, as the relay tells of them. */

import { ViewerRole, type Crew as WireCrew, type PointedAt } from "@/gen/ponte_pb";

import { uuidText } from "./bytes";
import type { Crew, Place } from "./state";

const PLACES: Partial<Record<ViewerRole, Place>> = {
  [ViewerRole.TAKES_OVER]: "takes_over",
  [ViewerRole.JOINS]: "joins",
  [ViewerRole.LOOKS_IN]: "looks_in",
};

export function crewOf(wire: WireCrew): Crew {
  return {
    lead: uuidText(wire.lead),
    baton: uuidText(wire.baton),
    members: wire.members.map((member) => ({ id: uuidText(member.technicianId), place: PLACES[member.role] ?? "leads", here: member.here })),
  };
}

/** Where a colleague points: in fractions of the picture. */
export interface Pointer {
  id: string;
  name: string;
  x: number;
  y: number;
  /** In ms of the page's clock. */
  at: number;
}

/** The largest position on the wire. */
export const FULL = 65_535;
/** A pointer that has not moved for so long is forgotten: its console may be gone. */
export const POINTER_LIFE_MS = 8000;
/** Least time between two positions that are sent. */
export const POINT_EVERY_MS = 50;

/** The pointers as they stand after one was told of, and without those that are too old. */
export function pointersWith(known: readonly Pointer[], told: PointedAt, now: number): Pointer[] {
  const id = uuidText(told.technicianId);
  const others = known.filter((pointer) => pointer.id !== id && now - pointer.at < POINTER_LIFE_MS);
  return told.gone ? others : [...others, { id, name: told.name, x: told.x / FULL, y: told.y / FULL, at: now }];
}

/** A place in the picture, in fractions of it, as it travels. */
export const onWire = (fraction: number): number => Math.round(Math.min(1, Math.max(0, fraction)) * FULL);
