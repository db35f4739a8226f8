import { createHash, X509Certificate } from "node:crypto";
import { lookup } from "node:dns/promises";
import { readFileSync, writeFileSync } from "node:fs";
import { hostname, networkInterfaces } from "node:os";
import { join } from "node:path";
import { isIP } from "node:net";

import { folder } from "./places.ts";
import { output } from "./process.ts";

/** A name of this machine that is not a loopback name: this machine is reached by it as another one is. */
export async function otherName(): Promise<string> {
  try {
    await lookup(hostname(), { family: 4 });
    return hostname().toLowerCase();
  } catch {
    const address = Object.values(networkInterfaces()).flat().find((one) => one?.family === "IPv4" && !one.internal)?.address;
    if (!address) throw new Error("this machine has no name or address but loopback: add its host name to /etc/hosts");
    return address;
  }
}

/** A certificate authority that only this test knows. */
export class Authority {
  private constructor(private readonly place: string) {}

  static make(): Authority {
    const place = folder();
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=Test authority", "-addext", "keyUsage=critical,keyCertSign,cRLSign", "-keyout", join(place, "ca-key.pem"), "-out", join(place, "ca.pem"));
    return new Authority(place);
  }

  /** Its own certificate (PEM). */
  get certificate(): string {
    return join(this.place, "ca.pem");
  }

  /** A certificate for a name, and its key. */
  issue(host: string): { cert: string; key: string } {
    const at = (name: string) => join(this.place, name);
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${host}`, "-keyout", at("key.pem"), "-out", at("request.pem"));
    writeFileSync(at("extensions"), `subjectAltName=${isIP(host) ? "IP" : "DNS"}:${host}\nbasicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n`);
    openssl("x509", "-req", "-in", at("request.pem"), "-CA", this.certificate, "-CAkey", at("ca-key.pem"), "-CAcreateserial", "-days", "2", "-extfile", at("extensions"), "-out", at("cert.pem"));
    return { cert: at("cert.pem"), key: at("key.pem") };
  }
}

/** SHA-256 of a certificate, in hexadecimal: what the SOS program shows and keeps. */
export function fingerprint(cert: string): string {
  return createHash("sha256").update(new X509Certificate(readFileSync(cert)).raw).digest("hex");
}

/** Chromium's flag that accepts servers with this certificate's key. */
export function accepting(cert: string): string {
  const key = new X509Certificate(readFileSync(cert)).publicKey.export({ type: "spki", format: "der" });
  return `--ignore-certificate-errors-spki-list=${createHash("sha256").update(key).digest("base64")}`;
}

function openssl(...args: string[]): void {
  output("openssl", args);
}
