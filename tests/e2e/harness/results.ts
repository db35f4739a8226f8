import { mkdirSync, writeFileSync } from "node:fs";

import { out } from "./places.ts";

/** The value below which this share of the values lies (nearest rank). */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints a table and leaves it where `cargo xtask bench` puts it into benches/RESULTS.md. */
export function report(name: string, about: string, columns: string[], rows: (string | number)[][]): void {
  const line = (cells: (string | number)[]) => `| ${cells.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell)).join(" | ")} |`;
  const table = [line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
  const text = `${about}\n\n${table}\n`;
  console.log(`\n${text}`);
  mkdirSync(out("bench"), { recursive: true });
  writeFileSync(out(`bench/${name}.md`), text);
}
