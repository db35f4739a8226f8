/**
 * What this browser keeps so that a session comes back by itself: pairings (this tab, until it closes) and the
 * secrets of links made here (this browser, until the session is over).
 */

import { fromBase64Url, toBase64Url, type Bytes } from "./bytes";

export interface Pairing {
  id: Bytes;
  secret: Bytes;
  /** Where no secret was shared: what the two people compare. */
  words: readonly number[] | null;
  /** A secret that the relay does not have, and did not bring, was shared: nobody stands between. */
  sure: boolean;
}
/** In the place of the words. */
const SURE = "sure";

const PAIRING = "ponte.pairing.";
const LINK = "ponte.link.";
const pairingKey = (session: string): string => PAIRING + session;
const linkKey = (session: string): string => LINK + session;

export class Keeper {
  constructor(
    private readonly tab: Storage,
    private readonly browser: Storage,
  ) {}

  pairing(session: string): Pairing | null {
    const [id, secret, words] = (this.tab.getItem(pairingKey(session)) ?? "").split(".");
    if (id === undefined || secret === undefined) return null;
    return attempt(() => ({ id: fromBase64Url(id), secret: fromBase64Url(secret), words: words === undefined || words === SURE ? null : places(words), sure: words === SURE }));
  }

  keepPairing(session: string, pairing: Pairing): void {
    const words = pairing.words === null ? (pairing.sure ? `.${SURE}` : "") : `.${pairing.words.join("-")}`;
    this.tab.setItem(pairingKey(session), `${toBase64Url(pairing.id)}.${toBase64Url(pairing.secret)}${words}`);
  }

  dropPairing(session: string): void {
    this.tab.removeItem(pairingKey(session));
  }

  linkSecret(session: string): Bytes | null {
    const text = this.browser.getItem(linkKey(session));
    return text === null ? null : attempt(() => fromBase64Url(text));
  }

  keepLinkSecret(session: string, secret: Bytes): void {
    this.browser.setItem(linkKey(session), toBase64Url(secret));
  }

  /** The sessions of which anything is kept. */
  kept(): Set<string> {
    return new Set([...idsBehind(this.tab, PAIRING), ...idsBehind(this.browser, LINK)]);
  }

  /** The session is over: nothing of it stays. */
  forget(session: string): void {
    this.dropPairing(session);
    this.browser.removeItem(linkKey(session));
  }
}

function idsBehind(storage: Storage, prefix: string): string[] {
  const keys = Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? "");
  return keys.filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length));
}

function places(text: string): number[] {
  const numbers = text.split("-").map(Number);
  if (!numbers.every((place) => Number.isInteger(place) && place >= 0)) throw new TypeError("not places in a list");
  return numbers;
}

function attempt<T>(read: () => T): T | null {
  try {
    return read();
  } catch {
    return null;
  }
}
