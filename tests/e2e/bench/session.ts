import type { Console, Sos } from "../harness/index.ts";

/** From nine digits to a picture; the time of the end user's Yes, since the epoch in milliseconds. */
export async function watch(console: Console, sos: Sos): Promise<number> {
  await console.enterCode(await sos.number());
  await console.askToSee();
  await sos.asked("look");
  sos.press("yes");
  const yes = performance.timeOrigin + performance.now();
  await console.seesPicture();
  return yes;
}
