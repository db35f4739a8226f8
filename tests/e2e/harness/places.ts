import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const repository = resolve(import.meta.dirname, "../../..");

/** A program of this repository, as `cargo xtask test` built it. */
export function program(name: string): string {
  const path = join(process.env["PONTE_BIN"] ?? join(repository, "target/debug"), name);
  if (!existsSync(path)) throw new Error(`${path} does not exist: run the tests with \`cargo xtask test\`, which builds it`);
  return path;
}

/** A path for build output. */
export function out(path: string): string {
  return join(process.env["PONTE_OUT"] ?? join(repository, "out"), path);
}

/** Where a screenshot of a page or window is kept. */
export function screen(name: string): string {
  mkdirSync(out("screens"), { recursive: true });
  return out(`screens/${name}.png`);
}

/** A folder of its own for one test's data. */
export function folder(): string {
  return mkdtempSync(join(tmpdir(), "ponte-test-"));
}
