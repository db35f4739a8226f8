import { randomBytes } from "node:crypto";

import type { Account } from "./relay.ts";

/** A technician's own way to the relay, beside the console. */
export class Api {
  private constructor(
    private readonly base: string,
    private readonly token: string,
  ) {}

  static async signIn(relay: { readonly url: string }, { email, password }: Account): Promise<Api> {
    const base = `${relay.url}/api/v1/`;
    const answer = await fetch(`${base}auth/sign-in`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email, password }) });
    return new Api(base, ((await answer.json()) as { access_token: string }).access_token);
  }

  async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await fetch(this.base + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, ...(body === undefined ? {} : { "content-type": "application/json" }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return (text === "" ? undefined : JSON.parse(text)) as T;
  }

  /** A session for somebody whose program will never be started. */
  open(person: string, more: Record<string, unknown> = {}): Promise<Session> {
    const key = (): string => randomBytes(32).toString("base64url");
    return this.call("POST", "sessions", { person, invite_public: key(), claim_hash: key(), ...more });
  }

  change(session: Session, what: Record<string, unknown>): Promise<Session> {
    return this.call("PATCH", `sessions/${session.id}`, { version: session.version, ...what });
  }

  /** Nobody holds more than this at once. */
  async limit(name: string, limit: number): Promise<void> {
    const { technicians } = await this.call<{ technicians: { id: string; name: string; version: number; setup: object }[] }>("GET", "setup");
    const found = technicians.find((technician) => technician.name === name)!;
    await this.call("PUT", `technicians/${found.id}`, { version: found.version, setup: { ...found.setup, limit } });
  }
}
/** As much of it as tests ask for. */
export interface Session {
  id: string;
  number: number;
  version: number;
}
