import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { SMTPServer } from "smtp-server";

import { until } from "./process.ts";

/** A mail server that takes mail from one who gives the right password. */
export class MailServer {
  private constructor(
    private readonly server: SMTPServer,
    readonly port: number,
    readonly mails: readonly string[],
  ) {}

  static async start(user: string, password: string): Promise<MailServer> {
    const mails: string[] = [];
    const server = new SMTPServer({
      // The relay sends a password in the open to a server of its own machine alone.
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: (auth, _, done) => (auth.username === user && auth.password === password ? done(null, { user }) : done(new Error("who are you?"))),
      onData: (stream, _, done) => {
        const parts: Buffer[] = [];
        stream.on("data", (part: Buffer) => parts.push(part));
        stream.on("end", () => {
          mails.push(Buffer.concat(parts).toString("utf8"));
          done();
        });
      },
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return new MailServer(server, (server.server.address() as AddressInfo).port, mails);
  }

  /** The first mail, once it is there: its headers as they came, its text as it is read (RFC 2045). */
  async first(): Promise<string> {
    const mail = await until(20_000, "a mail", () => this.mails[0]);
    const [headers = "", text = ""] = mail.split(/\r?\n\r?\n/, 2);
    if (/^Content-Transfer-Encoding: base64$/im.test(headers)) return `${headers}\n\n${Buffer.from(text, "base64").toString("utf8")}`;
    const bytes = mail.replaceAll(/=\r?\n/g, "").replaceAll(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
    return Buffer.from(bytes, "latin1").toString("utf8");
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}

export interface Call {
  headers: IncomingHttpHeaders;
  body: string;
}

/** Another server, which is told of what happens. */
export class HookServer {
  private constructor(
    readonly url: string,
    readonly calls: Call[],
    readonly stop: () => Promise<void>,
  ) {}

  /** It answers with these, one after the other, and then with 204. */
  static async start(answers: number[] = []): Promise<HookServer> {
    const calls: Call[] = [];
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        calls.push({ headers: request.headers, body: Buffer.concat(parts).toString("utf8") });
        response.writeHead(answers.shift() ?? 204).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const port = (server.address() as AddressInfo).port;
    return new HookServer(`http://127.0.0.1:${port}/desk`, calls, () => new Promise((resolve) => server.close(() => resolve())));
  }

  async call(number: number): Promise<Call> {
    return until(20_000, `call ${number}`, () => this.calls[number - 1]);
  }
}
