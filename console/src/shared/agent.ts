/** Which browser on which system, from what a program says it is (`User-Agent`). Pure. */

const BROWSERS = [["Edg/", "Edge"], ["OPR/", "Opera"], ["Firefox/", "Firefox"], ["Chrome/", "Chrome"], ["Safari/", "Safari"]] as const;
const SYSTEMS = [["Android", "Android"], ["iPhone", "iPhone"], ["iPad", "iPad"], ["Windows", "Windows"], ["Mac OS X", "macOS"], ["CrOS", "ChromeOS"], ["Linux", "Linux"]] as const;

/** `Firefox, Linux`; what nothing is known of stays as it is. Null for nothing. */
export function agentName(agent: string | null | undefined): string | null {
  const text = agent?.trim() ?? "";
  if (text === "") return null;
  const find = (known: readonly (readonly [string, string])[]): string | undefined => known.find(([mark]) => text.includes(mark))?.[1];
  const parts = [find(BROWSERS), find(SYSTEMS)].filter((part) => part !== undefined);
  return parts.length === 0 ? text : parts.join(", ");
}
