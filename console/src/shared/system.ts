/** Which system the visitor's browser runs on. Pure. */

export type System = "linux" | "windows" | "macos" | "android" | "other";

export function systemOf(userAgent: string): System {
  if (/android|iphone|ipad|mobile/i.test(userAgent)) return "android";
  if (/windows/i.test(userAgent)) return "windows";
  if (/mac os|macintosh/i.test(userAgent)) return "macos";
  return /linux|x11/i.test(userAgent) ? "linux" : "other";
}
