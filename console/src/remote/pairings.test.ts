import { describe, expect, it } from "vitest";

import { Keeper } from "./pairings";
import { MemoryStorage } from "./testing/fakes";

describe("what the browser keeps", () => {
  it("gives back pairings and link secrets, and forgets both", () => {
    const [tab, browser] = [new MemoryStorage(), new MemoryStorage()];
    const keeper = new Keeper(tab, browser);
    const pairing = { id: new Uint8Array(16).fill(250), secret: new Uint8Array(32).fill(7), words: null, sure: true };
    keeper.keepPairing("s", pairing);
    keeper.keepLinkSecret("s", new Uint8Array(16).fill(255));
    expect(keeper.pairing("s")).toEqual(pairing);
    for (const other of [{ ...pairing, sure: false }, { ...pairing, sure: false, words: [0, 2047, 5, 5, 1] }]) {
      keeper.keepPairing("s", other);
      expect(keeper.pairing("s")).toEqual(other);
    }
    expect(keeper.linkSecret("s")).toEqual(new Uint8Array(16).fill(255));
    expect(keeper.pairing("other")).toBeNull();
    keeper.keepLinkSecret("t", new Uint8Array(16));
    tab.setItem("ponte.language", "ru");
    expect(keeper.kept()).toEqual(new Set(["s", "t"]));
    keeper.forget("t");
    tab.removeItem("ponte.language");
    keeper.forget("s");
    expect([tab.length, browser.length]).toEqual([0, 0]);
  });

  it("treats damaged entries as absent", () => {
    const tab = new MemoryStorage();
    for (const damaged of ["!!.??", "aaaa.aaaa.1-x"]) {
      tab.setItem("ponte.pairing.s", damaged);
      expect(new Keeper(tab, new MemoryStorage()).pairing("s")).toBeNull();
    }
  });
});
