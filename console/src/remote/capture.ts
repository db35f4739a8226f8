/** What the end user's machine tells of its screen (`CaptureState` in ponte.proto). Pure. */

/** Why there is no picture. */
export const CAPTURE_FAULTS = ["display_lost"] as const;
/** In which ways the picture is less than it could be. */
export const CAPTURE_NOTICES = ["no_shm", "no_damage", "no_pointer_shape"] as const;

/** `unknown`: a newer program's word; that it says something still counts. */
export type CaptureFault = (typeof CAPTURE_FAULTS)[number] | "unknown";
export type CaptureNotice = (typeof CAPTURE_NOTICES)[number] | "unknown";

export interface Capture {
  fault: CaptureFault | null;
  notices: readonly CaptureNotice[];
}

export const CAPTURE_GOOD: Capture = { fault: null, notices: [] };

/** A notice comes on top of earlier ones; `ok` without a reason takes all back. */
export function captureTold(now: Capture, ok: boolean, reason: string): Capture {
  if (!ok) return { ...now, fault: known(CAPTURE_FAULTS, reason) };
  if (reason === "") return CAPTURE_GOOD;
  const notice = known(CAPTURE_NOTICES, reason);
  return { fault: null, notices: now.notices.includes(notice) ? now.notices : [...now.notices, notice] };
}

const known = <Word extends string>(words: readonly Word[], text: string): Word | "unknown" => words.find((word) => word === text) ?? "unknown";
