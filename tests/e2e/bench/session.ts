import type { Console, Sos } from "../harness/index.ts";

/** From nine digits to a picture. */
export async function watch(console: Console, sos: Sos): Promise<void> {
  await console.enterCode(await sos.number());
  await console.asks();
  await sos.asked();
  sos.press("yes");
  await console.seesPicture();
}
