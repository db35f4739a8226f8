/** Where the remote picture lies in the page, and which of its pixels lies under a pointer. Pure. */

export interface Size {
  width: number;
  height: number;
}

export type ViewMode = "fit" | "actual";

/** The picture's rectangle in CSS pixels, relative to the scrolled content of its stage. */
export interface Placement extends Size {
  left: number;
  top: number;
}

/**
 * Places the picture on the stage. `fit`: as large as the stage allows, whole, centred. `actual`: one picture pixel
 * is one device pixel; centred where it is smaller than the stage, else from the top left corner (the stage scrolls).
 */
export function place(stage: Size, frame: Size, mode: ViewMode, devicePixelRatio: number): Placement {
  if (frame.width <= 0 || frame.height <= 0) return { left: 0, top: 0, width: 0, height: 0 };
  const scale =
    mode === "fit"
      ? Math.max(0, Math.min(stage.width / frame.width, stage.height / frame.height))
      : 1 / (devicePixelRatio > 0 ? devicePixelRatio : 1);
  const width = frame.width * scale;
  const height = frame.height * scale;
  return {
    left: Math.max(0, (stage.width - width) / 2),
    top: Math.max(0, (stage.height - height) / 2),
    width,
    height,
  };
}

/** The picture's rectangle as it lies on the page now (`getBoundingClientRect`), scrolling included. */
export interface PageRect extends Size {
  left: number;
  top: number;
}

/** The picture pixel under a client position; positions outside take the nearest edge. */
export function toFrame(rect: PageRect, frame: Size, clientX: number, clientY: number): { x: number; y: number } {
  return {
    x: pixel((clientX - rect.left) / rect.width, frame.width),
    y: pixel((clientY - rect.top) / rect.height, frame.height),
  };
}

function pixel(ratio: number, length: number): number {
  if (!Number.isFinite(ratio) || length <= 0) return 0;
  return Math.min(length - 1, Math.max(0, Math.floor(ratio * length)));
}

/** One notch of a wheel, in the protocol's units. */
const NOTCH = 120;
/** CSS pixels that browsers report for one notch. */
const NOTCH_PIXELS = 100;
/** Lines that browsers report for one notch (`DOM_DELTA_LINE`). */
const NOTCH_LINES = 3;

/** Adds up wheel movement and gives out whole units, so that slow touchpads are not lost in rounding. */
export class WheelScale {
  #x = 0;
  #y = 0;

  /** `mode` is `WheelEvent.deltaMode`. Answers in 120ths of a notch, down and right positive. */
  add(deltaX: number, deltaY: number, mode: number): { dx: number; dy: number } {
    const unit = mode === 1 ? NOTCH / NOTCH_LINES : mode === 2 ? NOTCH * 5 : NOTCH / NOTCH_PIXELS;
    this.#x += deltaX * unit;
    this.#y += deltaY * unit;
    const dx = Math.trunc(this.#x);
    const dy = Math.trunc(this.#y);
    this.#x -= dx;
    this.#y -= dy;
    return { dx, dy };
  }
}
