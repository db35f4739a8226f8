import { readFileSync } from "node:fs";

/** What the kernel counts processor time in (USER_HZ). */
const ticksPerSecond = 100;

/** How much of a core a process takes while this happens, in per cent. */
export async function processor(pid: number, what: () => Promise<void>): Promise<number> {
  const before = { ticks: ticks(pid), at: performance.now() };
  await what();
  return ((ticks(pid) - before.ticks) / ticksPerSecond / ((performance.now() - before.at) / 1000)) * 100;
}

/** Processor time of a process: user and system. */
function ticks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** What a process holds in memory, in megabytes: all that is resident, and what is its own. */
export function memory(pid: number): { resident: number; own: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const megabytes = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1000;
  return { resident: megabytes("VmRSS"), own: megabytes("RssAnon") };
}

/** Measuring takes time: there is no event to wait for. */
export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
