/** How long to wait before trying again, and the one timer that does. */

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

/** Tries again after ever longer waits. At most one try is on its way. */
export class Retry {
  #tries = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly run: () => void) {}

  later(): void {
    const wait = backoff(this.#tries, Math.random());
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(), wait);
  }

  now(): void {
    this.cancel();
    this.run();
  }

  /** Does now what waits for its turn: the browser knows first that the network is back. */
  hurry(): void {
    this.forget();
    if (this.#timer !== undefined) this.now();
  }

  cancel(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** It worked: the next waits are short again. */
  forget(): void {
    this.#tries = 0;
  }
}
