import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { expect, Sos, test } from "./harness/index.ts";
import { program } from "./harness/places.ts";

/**
 * The four secret digits never reach the relay. What does reach it is random enough to hold any four digits by chance,
 * so each test runs several times with other digits: chance does not strike each time, a leak does.
 */
const runs = 3;

test("the SOS program tells the relay nothing of the four digits", async ({ desktop }) => {
  test.setTimeout(120_000);
  const leaks: string[][] = [];
  for (let run = 0; run < runs; run += 1) {
    const ear = new Ear();
    const sos = await Sos.start(desktop, `127.0.0.1:${await ear.port}`);
    const number = await sos.number();
    const secret = number.slice(5);
    ear.tell(secret);
    await ear.paired;
    await sos.asked();
    sos.press("yes");
    await ear.picture();
    expect(ear.bytes().length).toBeGreaterThan(2_000);
    leaks.push(found(ear.bytes(), secret));
    await sos.running.stop();
    ear.stop();
  }
  const everyTime = leaks[0]?.filter((kind) => leaks.every((run) => run.includes(kind)));
  expect(everyTime).toEqual([]);
});

test("the console tells the relay nothing of the four digits", async ({ console, desktop, relay, page }) => {
  test.setTimeout(120_000);
  let told: Buffer[] = [];
  page.on("request", (request) => {
    told.push(Buffer.from(`${request.url()}\n${JSON.stringify(request.headers())}\n`), request.postDataBuffer() ?? Buffer.alloc(0));
  });
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => void told.push(Buffer.from(payload as string))));
  // Navigations after this have their sockets watched from the first byte.
  await page.reload();

  const leaks: string[][] = [];
  for (let run = 0; run < runs; run += 1) {
    const sos = await Sos.start(desktop, relay);
    const number = await sos.number();
    told = [];
    await console.enterCode(number);
    await sos.asked();
    sos.press("yes");
    await console.seesPicture();
    expect(Buffer.concat(told).includes(number.slice(0, 5)), "the five routing digits are sent, so the recording works").toBe(true);
    leaks.push(found(Buffer.concat(told), number.slice(5)));
    await console.end();
    await sos.over();
    await sos.running.stop();
    await console.backToQueue();
  }
  const everyTime = leaks[0]?.filter((kind) => leaks.every((run) => run.includes(kind)));
  expect(everyTime).toEqual([]);
});

/** In which spellings the digits are somewhere in the bytes. */
function found(bytes: Buffer, digits: string): string[] {
  const value = Number(digits);
  const big = Buffer.alloc(4);
  big.writeUInt32BE(value);
  const little = Buffer.alloc(4);
  little.writeUInt32LE(value);
  const spellings: Record<string, Buffer> = {
    text: Buffer.from(digits),
    "one digit a byte": Buffer.from(digits.split("").map(Number)),
    "UTF-16": Buffer.from(digits, "utf16le"),
    "base64": Buffer.from(Buffer.from(digits).toString("base64").slice(0, 5)),
    hex: Buffer.from(Buffer.from(digits).toString("hex")),
    "big-endian": big,
    "little-endian": little,
    ...(value >= 128 ? { varint: Buffer.from([0x08, (value & 0x7f) | 0x80, value >> 7]) } : {}),
  };
  return Object.entries(spellings)
    .filter(([, spelling]) => bytes.includes(spelling))
    .map(([kind]) => kind);
}

/** `listening-relay`, and what it heard. */
class Ear {
  private readonly child = spawn("setpriv", ["--pdeathsig", "KILL", "--", program("listening-relay")], { stdio: ["pipe", "pipe", "inherit"] });
  private readonly heard: Buffer[] = [];
  private largest = 0;
  private readonly waiting: (() => void)[] = [];
  readonly port: Promise<number>;
  readonly paired: Promise<void>;

  constructor() {
    const lines = createInterface(this.child.stdout);
    this.port = new Promise((resolve) => lines.on("line", (line) => "port" in JSON.parse(line) && resolve(JSON.parse(line).port)));
    this.paired = new Promise((resolve, reject) => {
      lines.on("line", (line) => {
        const said = JSON.parse(line);
        if (said.heard !== undefined) {
          const bytes = Buffer.from(said.heard, "hex");
          this.heard.push(bytes);
          this.largest = Math.max(this.largest, bytes.length);
          for (const wake of this.waiting.splice(0)) wake();
        }
        if (said.paired) resolve();
        if (said.refused) reject(new Error(`refused: ${said.refused}`));
      });
      this.child.once("exit", () => reject(new Error("the listening relay ended")));
    });
    this.paired.catch(() => undefined);
  }

  tell(digits: string): void {
    this.child.stdin.write(`${digits}\n`);
  }

  /** Until a picture came: something larger than any message. */
  async picture(): Promise<void> {
    while (this.largest < 2_000) await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  bytes(): Buffer {
    return Buffer.concat(this.heard);
  }

  stop(): void {
    this.child.kill("SIGKILL");
  }
}
