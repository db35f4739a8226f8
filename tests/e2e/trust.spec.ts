import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { join } from "node:path";

import { type Browser, chromium } from "@playwright/test";

import { browser } from "./harness/browser.ts";
import { accepting, ana, Authority, Console, expect, fingerprint, otherName, Relay, Sos, test, until, watched } from "./harness/index.ts";

/** Desks that are not on the end user's own machine: what proves that they are who they say. */

let host: string;
let authority: Authority;
let issued: { cert: string; key: string };

test.beforeAll(async () => {
  host = await otherName();
  authority = Authority.make();
  issued = authority.issue(host);
});

/** A browser of a technician whose computer accepts a certificate. */
async function accepted(cert: string): Promise<Browser> {
  const { launchOptions } = browser();
  return chromium.launch({ ...launchOptions, args: [...launchOptions.args, accepting(cert)] });
}

async function signedIn(chrome: Browser, relay: Relay): Promise<Console> {
  const page = await chrome.newPage({ locale: "en-US", viewport: { width: 1440, height: 900 } });
  return Console.signIn(page, relay, ana);
}

/** The status of a page, by the rules of the web: chain, name, dates. */
function status(url: string, ca?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const ask = request(url, ca ? { ca: readFileSync(ca) } : {}, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    ask.on("error", reject).end();
  });
}

test("a certificate from an authority: browser and SOS program accept it, and the screen is seen", async ({ desktop }) => {
  const relay = await Relay.start("", { host, tls: issued });
  const chrome = await accepted(issued.cert);
  try {
    expect(await status(`${relay.url}/api/v1/desk`, authority.certificate)).toBe(200);
    await expect(status(`${relay.url}/api/v1/desk`)).rejects.toThrow(/certificate/);
    // Plain HTTP is not spoken there.
    await expect(fetch(`http://${host}:${relay.port}/`)).rejects.toThrow();

    // This computer does not know the desk yet; who it is, the authority vouches for.
    const sos = await Sos.run(desktop, ["--relay", relay.address], { SSL_CERT_FILE: authority.certificate, SSL_CERT_DIR: "" });
    await sos.warned();
    await sos.goOn();
    const console = await signedIn(chrome, relay);
    await watched(console, sos);
    await console.picture("console-https");
  } finally {
    await chrome.close();
    await relay.stop();
  }
});

test("a certificate from nobody this computer trusts is not accepted in silence", async ({ desktop }) => {
  const relay = await Relay.start("", { host, tls: issued });
  try {
    const sos = await Sos.run(desktop, ["--relay", relay.address]);
    await sos.warned();
    // Somebody who trusts the name is shown the certificate before anything is said to it.
    const before = sos.where("leave");
    await sos.goOn();
    await until(15_000, "the certificate on the page", () => (Math.abs(sos.where("leave").y - before.y) > 8 ? true : undefined));
    desktop.picture("sos-no-authority");
    expect(await relay.metric("ponte_connections")).toBe(0);
  } finally {
    await relay.stop();
  }
});

test("a desk this computer does not know: a page about scams comes first, and once", async ({ desktop }) => {
  const relay = await Relay.start("", { host, tls: issued });
  const chrome = await accepted(issued.cert);
  const trusting = { SSL_CERT_FILE: authority.certificate, SSL_CERT_DIR: "" };
  try {
    const console = await signedIn(chrome, relay);
    const link = await console.newSession("Maria Souza", "Printer");
    await console.backToQueue();

    // Leaving ends the program, and the desk has heard nothing of it.
    const careful = await Sos.run(desktop, [link], trusting);
    await careful.warned();
    desktop.picture("sos-scam");
    careful.press("leave");
    expect(await careful.running.end(5_000)).toBe(0);
    await expect(console.row("Maria Souza")).toContainText("Invited");
    expect(await relay.metric("ponte_rooms")).toBe(0);

    const sos = await Sos.run(desktop, [link], trusting);
    await sos.warned();
    await sos.goOn();
    await expect(console.row("Maria Souza")).toContainText("Ready", { timeout: 15_000 });
    desktop.picture("sos-after-scam");
    await sos.running.stop();

    // The next time the desk is known.
    const next = await console.newSession("João Lima", "Again");
    await console.backToQueue();
    await Sos.run(desktop, [next], trusting);
    await expect(console.row("João Lima")).toContainText("Ready", { timeout: 15_000 });
  } finally {
    await chrome.close();
    await relay.stop();
  }
});

for (const [language, locale] of [["pt-BR", "pt_BR.UTF-8"], ["ru", "ru_RU.UTF-8"]] as const) {
  test(`the page about scams, in ${language}`, async ({ desktop }) => {
    const sos = await Sos.run(desktop, [`https://desk.example/j/019a8c3e-0000-7000-8000-000000000000#AAAAAAAAAAAAAAAAAAAAAA`], { LC_ALL: locale });
    await sos.warned();
    desktop.picture(`${language}-sos-scam`);
    sos.press("leave");
    expect(await sos.running.end(5_000)).toBe(0);
  });
}

test("a certificate made at first start is shown, kept, and no other one is accepted later", async ({ desktop }) => {
  test.setTimeout(120_000);
  const relay = await Relay.start("", { host });
  const made = join(relay.folder, "data/certificate.pem");
  const known = join(desktop.folder, ".config/ponte/known_relays.toml");
  try {
    // The first page comes before anything is sent, the second one with the certificate that was seen.
    const sos = await Sos.run(desktop, []);
    await until(20_000, "a place for the address", () => (desktop.pixels().count([0x0b, 0x5f, 0x73]) > 1000 ? true : undefined));
    sos.typeAddress(relay.address);
    await sos.warned();
    desktop.picture("sos-unknown");
    const before = sos.where("leave");
    await sos.goOn();
    await until(15_000, "the certificate on the page", () => (Math.abs(sos.where("leave").y - before.y) > 8 ? true : undefined));
    desktop.picture("sos-unknown-certificate");
    expect(await relay.metric("ponte_connections")).toBe(0);
    await sos.goOn();
    await sos.number();
    expect(readFileSync(known, "utf8")).toContain(fingerprint(made));

    // Another certificate under the same name: the program that runs stays away from it ...
    await relay.stop();
    copyFileSync(made, join(relay.folder, "first.pem"));
    rmSync(made);
    await relay.startAgain();
    expect(fingerprint(made)).not.toBe(fingerprint(join(relay.folder, "first.pem")));
    await sos.sawAnotherCertificate();
    desktop.picture("sos-changed-certificate");
    await sos.running.stop();

    // ... and so does a new one, which nothing lets go on.
    const again = await Sos.run(desktop, []);
    await until(20_000, "a place for the address", () => (desktop.pixels().count([0x0b, 0x5f, 0x73]) > 1000 ? true : undefined));
    again.typeAddress(relay.address);
    await again.sawAnotherCertificate();
    expect(await relay.metric("ponte_connections")).toBe(0);
    expect(readFileSync(known, "utf8")).toContain(fingerprint(join(relay.folder, "first.pem")));
  } finally {
    await relay.stop();
  }
});

test("without an answer the program says so, and goes on by itself when there is one", async ({ desktop, relay }) => {
  await relay.kill();
  const sos = await Sos.start(desktop, relay);
  await sos.offline();
  desktop.picture("sos-offline");
  await relay.startAgain();
  expect(await sos.number()).toMatch(/^\d{9}$/);
});
