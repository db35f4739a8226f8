/** How long to wait before trying again. Pure. */

const FIRST_MS = 250;
const CAP_MS = 2000;
/** Slow at first: a relay that is started again is up within a second or two, and no one shall wait long after that. */
const GROWTH = 1.3;

/**
 * Milliseconds before try `tries` (from 0): 250 ms, growing to 2 s. `random` in [0, 1) takes away up to a third, so
 * that the consoles of a desk do not all come back in the same instant.
 */
export function backoff(tries: number, random: number): number {
  return Math.min(CAP_MS, FIRST_MS * GROWTH ** tries) * (1 - random / 3);
}
