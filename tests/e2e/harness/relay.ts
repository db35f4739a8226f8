import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createSocket } from "node:dgram";
import { join } from "node:path";

import { folder, program } from "./places.ts";
import { output, Running, until } from "./process.ts";

export interface Account {
  email: string;
  name: string;
  password: string;
}

export const ana: Account = { email: "ana@desk.example", name: "Ana Lima", password: "correct horse 1" };
export const boris: Account = { email: "boris@desk.example", name: "Boris Petrov", password: "battery staple 2" };

/** A relay process with a data folder and a port of its own. */
export class Relay {
  private constructor(
    readonly port: number,
    readonly folder: string,
    private running: Running,
  ) {}

  /** With more lines for its configuration, if any. */
  static async start(settings = ""): Promise<Relay> {
    const place = folder();
    const port = await freePort();
    const internal = await freePort();
    mkdirSync(join(place, "data"));
    mkdirSync(join(place, "downloads"));
    copyFileSync(program("ponte-sos"), join(place, "downloads/ponte-sos-linux-x86_64"));
    writeFileSync(
      join(place, "ponte.toml"),
      [
        `listen = "127.0.0.1:${port}"`,
        `public_url = "http://localhost:${port}"`,
        `desk_name = "Northwind support"`,
        `data_dir = "${place}/data"`,
        `downloads_dir = "${place}/downloads"`,
        `internal_listen = "127.0.0.1:${internal}"`,
        settings,
        "",
      ].join("\n"),
    );
    for (const account of [ana, boris]) {
      output(program("ponte-relay"), ["admin", "create-owner", "--config", join(place, "ponte.toml"), "--email", account.email, "--name", account.name, "--password-stdin"], {
        input: `${account.password}\n`,
      });
    }
    const relay = new Relay(port, place, launch(place));
    await relay.ready();
    return relay;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  log(): string {
    return this.running.log();
  }

  /** `kill -9`, as a crash or a power cut would end it. */
  async kill(): Promise<void> {
    this.running.signal("SIGKILL");
    await this.running.end(3_000);
  }

  async startAgain(): Promise<void> {
    this.running = launch(this.folder);
    await this.ready();
  }

  async stop(): Promise<void> {
    await this.running.stop();
  }

  private async ready(): Promise<void> {
    await until(20_000, `the relay to answer; it said:\n${this.log()}`, async () => {
      if (!this.running.alive) throw new Error(`the relay ended:\n${this.log()}`);
      return (await fetch(`${this.url}/api/v1/desk`)).ok || undefined;
    });
  }
}

function launch(place: string): Running {
  return Running.start("the relay", program("ponte-relay"), ["serve", "--config", join(place, "ponte.toml")], { log: join(place, "relay.log") });
}

/** A number that is free as a TCP and as a UDP port. */
async function freePort(): Promise<number> {
  for (let tries = 0; tries < 20; tries += 1) {
    const port = await new Promise<number>((resolve, reject) => {
      const server = createServer();
      server.once("error", reject);
      server.listen(0, "127.0.0.1", () => {
        const address = server.address();
        server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
      });
    });
    const udp = await new Promise<boolean>((resolve) => {
      const socket = createSocket("udp4");
      socket.once("error", () => resolve(false));
      socket.bind(port, "127.0.0.1", () => socket.close(() => resolve(true)));
    });
    if (udp) return port;
  }
  throw new Error("no free port");
}
