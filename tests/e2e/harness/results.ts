import { cpus, totalmem, release } from "node:os";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";

const file = resolve(import.meta.dirname, "../../../benches/RESULTS.md");

/** The value below which this share of the values lies (nearest rank). */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Prints a table and puts it in place of the section of this name in benches/RESULTS.md. */
export function report(name: string, columns: string[], rows: (string | number)[][]): void {
  const line = (cells: (string | number)[]) => `| ${cells.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell)).join(" | ")} |`;
  const table = [line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
  const day = new Date().toISOString().slice(0, 10);
  const section = `## ${name}\n\n${machine()}, ${day}\n\n${table}\n`;
  console.log(`\n${section}`);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "# Results\n\nMade by `cargo xtask bench`; what is measured and how: [docs/benchmarks.md](../docs/benchmarks.md).\n";
  const [head = "", ...sections] = before.split(/^(?=## )/m);
  const others = sections.filter((one) => !one.startsWith(`## ${name}\n`));
  const all = [...others, section].sort();
  writeFileSync(file, [head.trimEnd(), ...all.map((one) => one.trimEnd())].join("\n\n") + "\n");
}

function machine(): string {
  const [first] = cpus();
  return `${cpus().length} × ${first?.model.trim() ?? "processor"}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`;
}
