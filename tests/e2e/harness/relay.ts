import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { createSocket } from "node:dgram";
import { join } from "node:path";

import { folder, offer, program } from "./places.ts";
import { output, Running, until } from "./process.ts";

export interface Account {
  email: string;
  name: string;
  password: string;
}

export const ana: Account = { email: "ana@desk.example", name: "Ana Lima", password: "correct horse 1" };
export const boris: Account = { email: "boris@desk.example", name: "Boris Petrov", password: "battery staple 2" };

/** How a relay is reached that is not for its own machine alone: by a name, and always over TLS. */
export interface Site {
  host: string;
  /** Its certificate; without one it makes its own. */
  tls?: { cert: string; key: string };
}

/** A relay process with a data folder and a port of its own. */
export class Relay {
  private constructor(
    readonly port: number,
    private readonly internal: number,
    readonly folder: string,
    private readonly site: Site | undefined,
    private running: Running,
  ) {}

  /** On a loopback address, or at a site; with more lines for its configuration, if any. */
  static async start(settings = "", site?: Site): Promise<Relay> {
    const place = folder();
    const port = await freePort();
    const internal = await freePort();
    mkdirSync(join(place, "data"));
    mkdirSync(join(place, "downloads"));
    offer(program("ponte-sos"), join(place, "downloads/ponte-sos-linux-x86_64"));
    writeFileSync(
      join(place, "ponte.toml"),
      [
        `listen = "${site ? "0.0.0.0" : "127.0.0.1"}:${port}"`,
        `public_url = "${site ? `https://${site.host}` : "http://localhost"}:${port}"`,
        `desk_name = "Northwind support"`,
        `data_dir = "${place}/data"`,
        `downloads_dir = "${place}/downloads"`,
        `internal_listen = "127.0.0.1:${internal}"`,
        settings,
        ...(site?.tls ? ["[tls]", `cert = "${site.tls.cert}"`, `key = "${site.tls.key}"`] : []),
        "",
      ].join("\n"),
    );
    for (const account of [ana, boris]) {
      output(program("ponte-relay"), ["admin", "create-owner", "--config", join(place, "ponte.toml"), "--email", account.email, "--name", account.name, "--password-stdin"], {
        input: `${account.password}\n`,
      });
    }
    const relay = new Relay(port, internal, place, site, launch(place));
    await relay.ready();
    return relay;
  }

  get url(): string {
    return `${this.site ? `https://${this.site.host}` : "http://localhost"}:${this.port}`;
  }

  get address(): string {
    return `${this.site?.host ?? "127.0.0.1"}:${this.port}`;
  }

  /** A figure of its metrics. */
  async metric(name: string): Promise<number> {
    const text = await (await fetch(`http://127.0.0.1:${this.internal}/metrics`)).text();
    const value = new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1];
    if (value === undefined) throw new Error(`the relay has no metric ${name}`);
    return Number(value);
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
    await until(20_000, "the relay to answer", async () => {
      if (!this.running.alive) throw new Error(`the relay ended:\n${this.log()}`);
      return (await fetch(`http://127.0.0.1:${this.internal}/health`)).ok || undefined;
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
