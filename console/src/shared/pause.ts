/** A pause that has run out is none. */
export const isPaused = (pause: { until?: number | null } | null | undefined, now: number): boolean => pause != null && (pause.until == null || pause.until > now);
