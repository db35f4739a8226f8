import { vi } from "vitest";

/** A window in which something can be seen: the tests' page has no layout of its own. Undo by `vi.restoreAllMocks`. */
export function givenHeight(pixels: number): void {
  vi.spyOn(HTMLElement.prototype, "clientHeight", "get").mockReturnValue(pixels);
  vi.spyOn(HTMLElement.prototype, "clientWidth", "get").mockReturnValue(1400);
}
