/** What becomes of pictures, told at the first of each kind and then at most once a second. */

export const REASONS = ["unsealed", "no_key", "repeated", "forged"] as const;
/** Why a picture was not opened. */
export type Reason = (typeof REASONS)[number];

/** Since the report before. */
export interface Report {
  opened: number;
  refused: Record<Reason, number>;
  /** Mean time of opening one, in ms. */
  ms: number | null;
}

const EVERY_MS = 1000;
const NONE: Record<Reason, number> = { unsealed: 0, no_key: 0, repeated: 0, forged: 0 };

export class Tally {
  #opened = 0;
  #ms = 0;
  #refused = { ...NONE };
  readonly #told = new Set<Reason | "opened">();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly report: (report: Report) => void) {}

  opened(ms: number): void {
    this.#opened += 1;
    this.#ms += ms;
    this.#tell("opened");
  }

  refused(why: Reason): void {
    this.#refused[why] += 1;
    this.#tell(why);
  }

  #tell(kind: Reason | "opened"): void {
    if (this.#told.has(kind)) {
      this.#timer ??= setTimeout(() => this.#flush(), EVERY_MS);
      return;
    }
    this.#told.add(kind);
    this.#flush();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const report = { opened: this.#opened, refused: this.#refused, ms: this.#opened === 0 ? null : this.#ms / this.#opened };
    [this.#opened, this.#ms, this.#refused] = [0, 0, { ...NONE }];
    this.report(report);
  }
}
