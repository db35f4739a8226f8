import { program } from "./places.ts";
import { type Running, until } from "./process.ts";
import type { Desktop } from "./desktop.ts";
import type { Relay } from "./relay.ts";

/** What an end user can press in the SOS program. */
export type Press = "copy" | "yes" | "no" | "stop" | "new number";

/** The real SOS program in its real window; pressed by the desktop's own mouse. */
export class Sos {
  private constructor(
    readonly desktop: Desktop,
    readonly running: Running,
  ) {}

  static async start(desktop: Desktop, relay: Relay | string, link?: string): Promise<Sos> {
    const address = typeof relay === "string" ? relay : relay.address;
    const running = desktop.run(program("ponte-sos"), [...(link ? [link] : []), "--relay", address]);
    const sos = new Sos(desktop, running);
    await desktop.window("^Ponte");
    return sos;
  }

  /** The nine digits, as the end user passes them on: *Copy number*, then the clipboard. */
  async number(): Promise<string> {
    return until(15_000, "the nine digits", () => {
      this.press("copy");
      const digits = this.desktop.clipboard().replaceAll(/\D/g, "");
      return digits.length === 9 ? digits : undefined;
    });
  }

  press(what: Press): void {
    throw new Error(`no place for ${what}`);
  }
}
