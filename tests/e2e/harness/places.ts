import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
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

const folders: string[] = [];
process.once("exit", () => {
  for (const path of folders) rmSync(path, { recursive: true, force: true });
});

/** A folder of its own for one test's data; gone when the tests are over. */
export function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "ponte-test-"));
  folders.push(path);
  return path;
}

/** The same file at another place, without its bytes a second time where the file system can do that. */
export function offer(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
