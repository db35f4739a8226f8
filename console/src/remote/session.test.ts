// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { GrantKind, Lane as WireLane, ViewerRole } from "@/gen/ponte_pb";

import { uuidBytes, uuidText, type Bytes } from "./bytes";
import { Keeper } from "./pairings";
import { RemoteSession, TicketError, type RemoteOptions } from "./session";
import { phase } from "./state";
import { DIGITS, FakeEndUser, FakePeer, FakeSocket, FakeTransform, FakeWorker, MemoryStorage, SESSION, TECHNICIAN } from "./testing/fakes";
import { delta, noise, sealPicture } from "./testing/sealer";

const { VIEW, GRANT_CONTROL: CONTROL } = GrantKind;
let tab: MemoryStorage;
let made: RemoteSession[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Object.assign(FakeSocket, { CONNECTING: 0, OPEN: 1, CLOSED: 3 }));
  vi.stubGlobal("RTCPeerConnection", FakePeer);
  vi.stubGlobal("RTCRtpReceiver", { getCapabilities: () => null });
  vi.stubGlobal("Worker", FakeWorker);
  vi.stubGlobal("RTCRtpScriptTransform", FakeTransform);
  [FakeSocket.all, FakePeer.all, FakeWorker.all, made, tab] = [[], [], [], [], new MemoryStorage()];
});
afterEach(() => {
  for (const remote of made) remote.close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Lets promises settle without moving the clock. */
const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

async function start(target: RemoteOptions["target"], ticket: RemoteOptions["ticket"] = () => Promise.resolve("t")): Promise<RemoteSession> {
  const remote = new RemoteSession({ url: "ws://relay/view", ticket, technicianId: TECHNICIAN, keeper: new Keeper(tab, new MemoryStorage()), target });
  made.push(remote);
  await settle();
  return remote;
}

/** Up to the picture, with the rights given. */
async function live(endUser: FakeEndUser, ...granted: GrantKind[]): Promise<RemoteSession> {
  const remote = await start({ digits: DIGITS });
  endUser.attach(FakeSocket.last);
  endUser.grant(...granted);
  await settle();
  FakePeer.last.connect();
  remote.frameShown(1, 1280, 720, 1);
  return remote;
}

const now = (remote: RemoteSession): string => phase(remote.state.get());
const click = { case: "button", value: { x: 1, y: 2, button: 0, down: true } } as const;

describe("a remote session", () => {
  it("goes from the code to the live picture, asking for the view by itself", async () => {
    const endUser = new FakeEndUser();
    const remote = await start({ digits: DIGITS });
    expect(now(remote)).toBe("connecting");
    endUser.attach(FakeSocket.last);
    expect(endUser.heard.filter((m) => m.case === "ask")).toHaveLength(1);
    expect(remote.state.get()).toMatchObject({ pairing: "done", session: { id: SESSION, number: 7 } });
    endUser.tell({ case: "grants", value: { granted: [], asking: VIEW } });
    expect(now(remote)).toBe("asking");
    endUser.grant(VIEW);
    expect(now(remote)).toBe("starting");
    await settle();
    FakePeer.last.connect();
    remote.frameShown(1, 1280, 720, 1);
    expect(now(remote)).toBe("live");
  });

  it("counts wrong digits down, and goes on over the same socket", async () => {
    const endUser = new FakeEndUser();
    const remote = await start({ digits: "0000" });
    endUser.attach(FakeSocket.last);
    expect(remote.state.get().refusal).toEqual({ code: "wrong_secret", triesLeft: 2 });
    remote.tryDigits("1111");
    expect(remote.state.get().refusal?.triesLeft).toBe(1);
    remote.tryDigits(DIGITS);
    expect(remote.state.get().pairing).toBe("done");
    expect(FakeSocket.all).toHaveLength(1);
  });

  it("offers typed digits once, however often the relay says that the program is back", async () => {
    const remote = await start({ digits: DIGITS });
    const socket = FakeSocket.last;
    socket.open();
    const offers = (): number => socket.sent.filter((m) => m.case === "peer" && m.value.lane === WireLane.HANDSHAKE).length;
    socket.say({ case: "welcome", value: { viewer: new Uint8Array(16), pairingMode: "code", invitePublic: new Uint8Array() } });
    socket.say({ case: "link", value: { online: true } });
    expect(offers()).toBe(1);
    socket.say({ case: "link", value: { online: true } });
    expect(offers()).toBe(1);
    expect(remote.state.get().failure).not.toBeNull();
  });

  it("agrees by words where no secret was shared, and shows the end user’s", async () => {
    const endUser = new FakeEndUser();
    endUser.wordless = true;
    const remote = await start({ session: SESSION });
    endUser.attach(FakeSocket.last);
    expect(remote.state.get()).toMatchObject({ pairing: "done", words: endUser.words, sure: false });
    expect(endUser.words).toHaveLength(5);
    expect(endUser.heard.filter((m) => m.case === "ask")).toHaveLength(1);
    // A reload finds the words again: the question may still be open.
    remote.close();
    const back = await start({ session: SESSION });
    endUser.attach(FakeSocket.last);
    expect(endUser.accepted).toEqual({ code: 0, resume: 1, words: 1 });
    expect(back.state.get()).toMatchObject({ words: endUser.words, sure: false });
  });

  it("says that it has no key where the program asks for one", async () => {
    const remote = await start({ session: SESSION });
    new FakeEndUser().attach(FakeSocket.last);
    expect(remote.state.get().failure).toBe("no_secret");
  });

  it("hears who is in the session, points to them, and passes control over the sealed lane", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW, CONTROL);
    const colleague = new Uint8Array(16).fill(3);
    const me = uuidBytes(TECHNICIAN);
    const sent = (): number => FakeSocket.last.sent.filter((m) => m.case === "point").length;
    remote.point({ x: 0.5, y: 0.5 });
    expect(sent()).toBe(0); // nobody is there to see it
    const members = [{ technicianId: me, role: ViewerRole.LEADS, rights: [], here: true }, { technicianId: colleague, role: ViewerRole.JOINS, rights: [], here: true }];
    FakeSocket.last.say({ case: "crew", value: { lead: me, baton: me, members } });
    expect(remote.state.get().crew).toMatchObject({ lead: TECHNICIAN, members: [{ place: "leads" }, { place: "joins", here: true }] });
    await vi.advanceTimersByTimeAsync(100);
    remote.point({ x: 0.5, y: 2 });
    remote.point({ x: 0.6, y: 0.5 });
    expect(FakeSocket.last.sent.filter((m) => m.case === "point").map((m) => m.value)).toMatchObject([{ x: 32_768, y: 65_535, gone: false }]);
    remote.point(null);
    remote.point(null);
    expect(sent()).toBe(2);
    FakeSocket.last.say({ case: "pointed", value: { technicianId: colleague, name: "Bia", x: 65_535, y: 0 } });
    expect(remote.pointers.get()).toMatchObject([{ name: "Bia", x: 1, y: 0 }]);
    await vi.advanceTimersByTimeAsync(9000);
    expect(remote.pointers.get()).toEqual([]);
    FakeSocket.last.say({ case: "batonWanted", value: { technicianId: colleague, name: "Bia" } });
    expect(remote.state.get().wanted?.name).toBe("Bia");
    remote.passControl(remote.state.get().wanted!.id);
    remote.expect(remote.state.get().wanted!.id, { letsSee: false, leads: true });
    expect(endUser.heard.slice(-3).map((m) => m.case)).toEqual(["passControl", "introduce", "handOver"]);
  });

  it("introduces who was asked by name, once they are here, and nobody else", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    const me = uuidBytes(TECHNICIAN);
    const [asked, other] = [new Uint8Array(16).fill(3), new Uint8Array(16).fill(4)];
    const member = (technicianId: Bytes, here: boolean) => ({ technicianId, role: ViewerRole.JOINS, rights: [], here });
    const crew = (...members: ReturnType<typeof member>[]): void => FakeSocket.last.say({ case: "crew", value: { lead: me, baton: me, members } });
    const introduced = (): number => endUser.heard.filter((m) => m.case === "introduce").length;
    remote.expect(uuidText(asked), { letsSee: true, leads: false });
    crew(member(me, true), member(other, true), member(asked, false));
    expect(introduced()).toBe(0);
    crew(member(me, true), member(other, true), member(asked, true));
    crew(member(me, true), member(asked, true));
    expect(introduced()).toBe(1);
    expect(endUser.heard.at(-1)).toMatchObject({ case: "introduce", value: { technicianId: asked, letsSee: true } });
  });

  it("gives back what it was allowed when it is closed on purpose", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW, CONTROL);
    remote.close();
    expect(endUser.heard.at(-1)).toMatchObject({ case: "giveBack", value: { grant: GrantKind.VIEW } });
  });

  it("takes control that has fallen to the lead, where the end user allows it, and asks for nothing else", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    const asks = (): number => endUser.heard.filter((m) => m.case === "ask").length;
    const [me, bia] = [uuidBytes(TECHNICIAN), new Uint8Array(16).fill(3)];
    const before = asks();
    FakeSocket.last.say({ case: "crew", value: { lead: me, baton: me, members: [] } });
    expect(asks()).toBe(before); // never allowed
    FakeSocket.last.say({ case: "crew", value: { lead: me, baton: bia, members: [] } });
    endUser.tell({ case: "grants", value: { granted: [VIEW], mayControl: true } });
    expect(asks()).toBe(before); // somebody else has it
    FakeSocket.last.say({ case: "crew", value: { lead: me, baton: me, members: [] } });
    expect(asks()).toBe(before + 1);
    expect(remote.state.get().asking?.grant).toBe("control");
  });

  it("comes back by RESUME after a break, with the same rights and without asking again", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW, CONTROL);
    const asked = endUser.heard.filter((m) => m.case === "ask").length;
    FakeSocket.last.break();
    expect(now(remote)).toBe("reconnecting");
    expect(remote.state.get().control).toBe(false);
    await vi.advanceTimersByTimeAsync(250);
    endUser.attach(FakeSocket.last);
    await settle();
    expect(endUser.accepted).toEqual({ code: 1, resume: 1, words: 0 });
    expect(remote.state.get()).toMatchObject({ control: true, sure: true });
    expect(now(remote)).toBe("reconnecting"); // the old picture does not count
    FakePeer.last.connect();
    remote.frameShown(2, 1280, 720, 1);
    expect(now(remote)).toBe("live");
    expect(endUser.heard.filter((m) => m.case === "ask")).toHaveLength(asked);
  });

  it("comes back to the session that a code opened, not to the code, which is spent", async () => {
    const endUser = new FakeEndUser();
    const ticket = vi.fn((_session: string | null) => Promise.resolve("t"));
    await start({ digits: DIGITS }, ticket);
    endUser.attach(FakeSocket.last);
    FakeSocket.last.break();
    await vi.advanceTimersByTimeAsync(250);
    expect(ticket.mock.calls).toEqual([[null], [SESSION]]);
  });

  it("is back within a second of the relay, however long that was away", async () => {
    const endUser = new FakeEndUser();
    let up = true;
    const remote = await start({ digits: DIGITS }, () => (up ? Promise.resolve("t") : Promise.reject(new TicketError("offline"))));
    endUser.attach(FakeSocket.last);
    up = false;
    FakeSocket.last.break();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(now(remote)).toBe("reconnecting");
    expect(FakeSocket.all).toHaveLength(1);
    up = true;
    await vi.advanceTimersByTimeAsync(2000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("does not wait for its turn when the network comes back", async () => {
    const endUser = new FakeEndUser();
    let up = true;
    await start({ digits: DIGITS }, () => (up ? Promise.resolve("t") : Promise.reject(new TicketError("offline"))));
    endUser.attach(FakeSocket.last);
    up = false;
    FakeSocket.last.break();
    await vi.advanceTimersByTimeAsync(60_000);
    up = true;
    globalThis.dispatchEvent(new Event("online"));
    await settle();
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each(["forbidden", "already_claimed", "signed_out"])("does not try again after %s", async (code) => {
    const ticket = vi.fn(() => Promise.reject(new TicketError(code)));
    const remote = await start({ session: SESSION }, ticket);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ticket).toHaveBeenCalledTimes(1);
    expect(remote.state.get().failure).toBe(code);
  });

  it("starts over at once when asked to, without the try that was still to come", async () => {
    const endUser = new FakeEndUser();
    const ticket = vi.fn(() => Promise.resolve("t"));
    const remote = await start({ digits: DIGITS }, ticket);
    endUser.attach(FakeSocket.last);
    FakeSocket.last.break();
    remote.reconnect();
    await settle();
    endUser.attach(FakeSocket.last);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(ticket).toHaveBeenCalledTimes(2);
    expect(FakeSocket.all).toHaveLength(2);
    expect(remote.state.get().pairing).toBe("done");
  });

  it("shows that it tries again after a failure that stayed", async () => {
    let answer: () => Promise<string> = () => Promise.reject(new TicketError("forbidden"));
    const remote = await start({ session: SESSION }, () => answer());
    expect(now(remote)).toBe("failed");
    answer = () => new Promise(() => undefined);
    remote.reconnect();
    expect(now(remote)).toBe("connecting");
  });

  it("offers again at once when the media fail, then ever more rarely", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    FakePeer.last.to("failed");
    expect(now(remote)).toBe("reconnecting");
    await settle();
    expect(FakePeer.all).toHaveLength(2);
    expect(FakePeer.all[0]?.closed).toBe(true);
    FakePeer.last.to("failed");
    await settle();
    expect(FakePeer.all).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(250);
    expect(FakePeer.all).toHaveLength(3);
    expect(FakeSocket.last.sent.filter((body) => body.case === "offer")).toHaveLength(3);
    FakePeer.last.connect();
    remote.frameShown(2, 1280, 720, 1);
    expect(now(remote)).toBe("live");
  });

  it("starts media and keys anew when the program was away and came back", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    FakeSocket.last.say({ case: "link", value: { online: false } });
    expect(now(remote)).toBe("reconnecting");
    expect(FakePeer.last.closed).toBe(true);
    FakeSocket.last.say({ case: "link", value: { online: true } });
    await settle();
    expect(endUser.accepted).toEqual({ code: 1, resume: 1, words: 0 });
    expect(FakePeer.all).toHaveLength(2);
  });

  it("gives up a socket over which nobody answers", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(now(remote)).toBe("live");
    endUser.answers = false;
    await vi.advanceTimersByTimeAsync(8000);
    expect(now(remote)).toBe("reconnecting");
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("sends no input without control, and sealed input with it", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    expect(remote.input(click)).toBe(false);
    expect(FakePeer.last.channels["input"]?.sent).toHaveLength(0);
    endUser.grant(VIEW, CONTROL);
    expect(remote.input(click)).toBe(true);
    expect(endUser.opened(FakePeer.last)).toEqual(["button"]);
    endUser.grant(VIEW);
    expect(remote.input(click)).toBe(false);
  });

  it("releases everything as soon as a new input channel opens", async () => {
    const endUser = new FakeEndUser();
    await live(endUser, VIEW, CONTROL);
    FakePeer.last.to("failed");
    await settle();
    FakePeer.last.connect();
    expect(endUser.opened(FakePeer.last)).toEqual(["releaseAll"]);
  });

  it("hears what the other end tells of its screen, also after a break, and says why the program went", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    endUser.tell({ case: "capture", value: { ok: true, reason: "no_damage" } });
    FakeSocket.last.break();
    await vi.advanceTimersByTimeAsync(250);
    endUser.attach(FakeSocket.last);
    await settle();
    expect(remote.state.get().capture).toEqual({ fault: null, notices: ["no_damage"] });
    endUser.tell({ case: "capture", value: { ok: false, reason: "display_lost" } });
    FakeSocket.last.say({ case: "link", value: { online: false } });
    expect(now(remote)).toBe("capture");
  });

  it("ends for good, and forgets what it kept", async () => {
    const remote = await live(new FakeEndUser(), VIEW);
    expect(tab.length).toBe(1);
    FakeSocket.last.say({ case: "ended", value: { reason: "end_user" } });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(now(remote)).toBe("ended");
    expect([tab.length, FakeSocket.all.length]).toEqual([0, 1]);
  });
});

describe("sealed pictures", () => {
  const key = noise(32, 1);
  const plain = delta(60, 2);
  const sealed = (counter: number, epoch = 1): Uint8Array<ArrayBuffer> => sealPicture(key, epoch, BigInt(counter), plain);
  const link = (): FakeTransform => FakePeer.last.receiver.transform!;
  const is = (remote: RemoteSession): string => {
    const state = remote.state.get().sealed;
    return state.is === "refused" ? state.why : state.is;
  };
  const becomes = (remote: RemoteSession, what: string): Promise<void> => vi.waitFor(() => expect(is(remote)).toBe(what));

  it("are opened with the key that came over the sealed lane, and shown to have been", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    expect(is(remote)).toBe("unknown");
    endUser.tell({ case: "pictureKey", value: { epoch: 1, key } });
    expect(is(remote)).toBe("unknown"); // a key opens nothing yet
    link().come(sealed(1));
    await becomes(remote, "opened");
    expect(link().shown).toEqual([plain]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(remote.statistics.get().opening).not.toBeNull();
    // A screen on which nothing changes sends none.
    await vi.advanceTimersByTimeAsync(20_000);
    expect([is(remote), now(remote)]).toEqual(["opened", "live"]);
  });

  it("are said not to be shown while none of those that come opens", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    endUser.tell({ case: "pictureKey", value: { epoch: 1, key } });
    link().come(sealed(1));
    await becomes(remote, "opened");
    // One among good ones is no reason to say anything.
    link().come(new Uint8Array(plain));
    await vi.advanceTimersByTimeAsync(1500);
    expect(now(remote)).toBe("live");
    for (let second = 0; second < 4; second++) {
      link().come(sealed(1));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect([is(remote), now(remote)]).toEqual(["repeated", "unopened"]);
    link().come(sealed(2));
    await vi.advanceTimersByTimeAsync(1000);
    await becomes(remote, "opened");
    expect(now(remote)).toBe("live");
    expect(link().shown).toEqual([plain, plain]);
  });

  it("are no longer spoken of when no more of the refused come", async () => {
    const remote = await live(new FakeEndUser(), VIEW);
    link().come(new Uint8Array(9));
    await becomes(remote, "unsealed");
    expect(now(remote)).toBe("unopened");
    await vi.advanceTimersByTimeAsync(2000);
    expect([is(remote), now(remote)]).toEqual(["unknown", "live"]);
  });

  it("wait for a key that is late, and are refused when it does not come", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    link().come(sealed(1, 5));
    await vi.advanceTimersByTimeAsync(1999);
    expect(is(remote)).toBe("unknown");
    await vi.advanceTimersByTimeAsync(1);
    expect(is(remote)).toBe("no_key");
    endUser.tell({ case: "pictureKey", value: { epoch: 5, key } });
    link().come(sealed(2, 5));
    await becomes(remote, "opened");
  });

  it("have one worker and keep their keys when the media are made anew", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    endUser.tell({ case: "pictureKey", value: { epoch: 1, key } });
    FakePeer.last.to("failed");
    await settle();
    expect(FakePeer.all).toHaveLength(2);
    link().come(sealed(1));
    await becomes(remote, "opened");
    expect(FakeWorker.all).toHaveLength(1);
    remote.close();
    expect(FakeWorker.last.over).toBe(true);
  });

  it("cannot be opened by a browser that lacks the means: said before a code is spent", async () => {
    Reflect.deleteProperty(globalThis, "RTCRtpScriptTransform");
    const ticket = vi.fn(() => Promise.resolve("t"));
    const remote = await start({ digits: DIGITS }, ticket);
    expect(remote.state.get().failure).toBe("no_transform");
    expect(ticket).not.toHaveBeenCalled();
  });

  it("are not waited for where the worker cannot be had; the next try starts another", async () => {
    const endUser = new FakeEndUser();
    const remote = await live(endUser, VIEW);
    FakeWorker.last.onerror?.();
    expect(remote.state.get().failure).toBe("unavailable");
    remote.reconnect();
    await settle();
    endUser.attach(FakeSocket.last);
    expect(remote.state.get().pairing).toBe("done");
    expect(FakeWorker.all).toHaveLength(2);
  });
});
