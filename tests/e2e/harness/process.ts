import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { openSync, readFileSync, closeSync } from "node:fs";

/** A program that a test started; ends with its whole process group. */
export class Running {
  private constructor(
    readonly name: string,
    private readonly child: ChildProcess,
    private readonly logPath: string,
    private readonly exited: Promise<number | null>,
  ) {}

  static start(name: string, command: string, args: string[], options: { log: string; env?: NodeJS.ProcessEnv }): Running {
    const log = openSync(options.log, "a");
    // The kernel ends the program should the test runner itself be killed.
    const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", command, ...args], {
      detached: true,
      stdio: ["ignore", log, log],
      env: options.env ?? process.env,
    });
    closeSync(log);
    const exited = new Promise<number | null>((resolve) => {
      child.once("exit", (code) => resolve(code));
      child.once("error", () => resolve(-1));
    });
    return new Running(name, child, options.log, exited);
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error(`${this.name} did not start`);
    return this.child.pid;
  }

  get alive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  log(): string {
    return readFileSync(this.logPath, "utf8");
  }

  /** Its exit code, or an error when it goes on for longer than that. */
  async end(within: number): Promise<number | null> {
    return deadline(within, `${this.name} to end`, this.exited);
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.alive) return;
    try {
      process.kill(-this.pid, signal);
    } catch {
      // It ended in this very moment.
    }
  }

  async stop(): Promise<void> {
    this.signal("SIGTERM");
    try {
      await this.end(3_000);
    } catch {
      this.signal("SIGKILL");
      await this.end(3_000);
    }
  }
}

/** Runs a short command; its output, or an error with what it said. */
export function output(command: string, args: string[], options: { env?: NodeJS.ProcessEnv; input?: string; binary?: false } = {}): string {
  return bytes(command, args, options).toString("utf8");
}

export function bytes(command: string, args: string[], options: { env?: NodeJS.ProcessEnv; input?: string } = {}): Buffer {
  const answer = spawnSync(command, args, {
    env: options.env ?? process.env,
    ...(options.input === undefined ? {} : { input: options.input }),
    maxBuffer: 64 * 1024 * 1024,
    timeout: 20_000,
  });
  if (answer.error) throw answer.error;
  if (answer.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${answer.stderr.toString("utf8").trim() || `status ${answer.status}`}`);
  return answer.stdout;
}

/** Asks until there is an answer; the error says what was waited for. */
export async function until<T>(within: number, what: string, ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const end = performance.now() + within;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (error) {
      last = error;
    }
    if (performance.now() > end) throw new Error(`waited ${within} ms for ${what}${last instanceof Error ? `; the last answer: ${last.message}` : ""}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function deadline<T>(within: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`waited ${within} ms for ${what}`)), within);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
