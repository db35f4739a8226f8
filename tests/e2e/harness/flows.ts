import { writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Console } from "./console.ts";
import type { Desktop } from "./desktop.ts";
import type { Sos } from "./sos.ts";

/** From nine digits to a picture. */
export async function watched(console: Console, sos: Sos): Promise<void> {
  await console.enterCode(await sos.number());
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
}

/** Everything that comes before the technician can type. */
export async function controlled(console: Console, sos: Sos): Promise<void> {
  await watched(console, sos);
  await console.askControl();
  await sos.asked();
  sos.press("yes");
  await console.says("in control");
  await sos.shared();
}

/** A remote editor with an empty file, its text area in the middle of a known place. */
export async function editor(desktop: Desktop): Promise<{ file: string; x: number; y: number }> {
  const file = join(desktop.folder, "letter.txt");
  writeFileSync(file, "");
  desktop.run("mousepad", ["--disable-server", file]);
  const window = await desktop.window("Mousepad");
  desktop.place(window, 30, 60, 600, 400);
  return { file, x: 300, y: 300 };
}
