/** What the technician's side knows of a remote session, and how events change it. Pure. */

import { CAPTURE_GOOD, captureTold, type Capture } from "./capture";
import type { Size } from "./input/geometry";
import type { Sealed } from "./media/pictures";

export type GrantName = "view" | "control";

/** How somebody came to be in the session. */
export type Place = "leads" | "takes_over" | "joins" | "looks_in";

export interface Member {
  id: string;
  place: Place;
  /** A console of theirs is connected. */
  here: boolean;
}

export interface Crew {
  lead: string;
  /** Who alone may control. */
  baton: string;
  members: readonly Member[];
}

export interface RemoteState {
  /** The signalling socket: `retrying` was up and comes back by itself. */
  socket: "connecting" | "up" | "retrying" | "closed";
  /** The SOS program's own connection to the relay. */
  program: "unknown" | "online" | "offline";
  pairing: "none" | "working" | "done" | "refused";
  /** With `refused`: an ErrorCode, and how often the code may still be tried. */
  refusal: { code: string; triesLeft: number } | null;
  /** Nobody has shared a secret with this console: what the two people compare. Five places in the list of words. */
  words: readonly number[] | null;
  /** The key agreement rules out that somebody stands between. */
  sure: boolean;
  view: boolean;
  control: boolean;
  /** The end user allows control, and somebody else of this session has it. */
  mayControl: boolean;
  /** Who is in the session, as the relay says; null before it has. */
  crew: Crew | null;
  /** A colleague who would like to control; `at` in ms of the caller's clock. */
  wanted: { id: string; name: string; at: number } | null;
  /** A prompt is open at the end user's; `since` in ms of the caller's clock. */
  asking: { grant: GrantName; since: number } | null;
  /** `at`: when, by this computer's clock. */
  denied: { grant: GrantName; byTimeout: boolean; at: number } | null;
  /** The end user took rights back and gave none since. */
  revoked: boolean;
  media: "off" | "connecting" | "up" | "recovering";
  /** Size of the picture on show; null before the first one. */
  picture: Size | null;
  /** The picture is the last one of an attachment that is gone; the next attachment has shown none yet. */
  stale: boolean;
  /** Whether the pictures that come are the end user's: from those that were opened here, not from what anybody says. */
  sealed: Sealed;
  /** What the end user's machine says of its screen. */
  capture: Capture;
  inputFault: { reason: string; at: number } | null;
  session: { id: string; number: number } | null;
  /** EndReason. */
  ended: string | null;
  /** ErrorCode, or one of this console's own: `no_secret`, `no_answer`, `bad_peer`, `no_transform`. */
  failure: string | null;
  /** With `failure`: seconds to wait, where the relay said so. */
  retryAfter: number | null;
}

export const INITIAL: RemoteState = {
  socket: "connecting",
  program: "unknown",
  pairing: "none",
  refusal: null,
  words: null,
  sure: false,
  view: false,
  control: false,
  mayControl: false,
  crew: null,
  wanted: null,
  asking: null,
  denied: null,
  revoked: false,
  media: "off",
  picture: null,
  stale: false,
  sealed: { is: "unknown" },
  capture: CAPTURE_GOOD,
  inputFault: null,
  session: null,
  ended: null,
  failure: null,
  retryAfter: null,
};

export type RemoteEvent =
  | { type: "socket"; socket: RemoteState["socket"] }
  | { type: "program"; online: boolean }
  | { type: "pairing"; pairing: "working" }
  | { type: "pairing"; pairing: "done"; words: readonly number[] | null; sure: boolean }
  | { type: "refused"; code: string; triesLeft: number }
  | { type: "grants"; granted: readonly GrantName[]; asking: GrantName | null; denied: GrantName | null; byTimeout: boolean; revoked: boolean; mayControl: boolean; now: number }
  | { type: "crew"; crew: Crew }
  | { type: "wanted"; wanted: RemoteState["wanted"] }
  | { type: "asked"; grant: GrantName; now: number }
  | { type: "media"; media: RemoteState["media"] }
  | { type: "picture"; size: Size }
  | { type: "sealed"; sealed: Sealed }
  | { type: "capture"; ok: boolean; reason: string }
  | { type: "input_refused"; reason: string; now: number }
  | { type: "session"; id: string; number: number }
  | { type: "ended"; reason: string }
  | { type: "failed"; code: string; retryAfter?: number | null };

export function reduce(state: RemoteState, event: RemoteEvent): RemoteState {
  if (state.ended !== null && event.type !== "socket") return state;
  switch (event.type) {
    case "socket":
      return event.socket === "up"
        ? { ...state, socket: "up", failure: null }
        : { ...unpaired(state), socket: event.socket, failure: event.socket === "connecting" ? null : state.failure };
    case "program":
      return event.online
        ? { ...state, program: "online", capture: { ...state.capture, fault: null } }
        : { ...unpaired(state), program: "offline", media: "off", picture: null };
    case "pairing":
      return { ...state, pairing: event.pairing, words: event.pairing === "done" ? event.words : state.words, sure: event.pairing === "done" ? event.sure : state.sure, refusal: null, failure: null };
    case "refused":
      return { ...unpaired(state), pairing: "refused", refusal: { code: event.code, triesLeft: event.triesLeft } };
    case "grants":
      return withGrants(state, event);
    case "crew":
      // Who has control by now has no use for the wish.
      return { ...state, crew: event.crew, wanted: state.wanted?.id === event.crew.baton ? null : state.wanted };
    case "wanted":
      return { ...state, wanted: event.wanted };
    case "asked":
      return { ...state, asking: { grant: event.grant, since: event.now }, denied: null };
    case "media":
      return { ...state, media: event.media, picture: event.media === "off" ? null : state.picture, stale: event.media !== "up" ? true : state.stale };
    case "picture":
      return !state.stale && sameSize(state.picture, event.size) ? state : { ...state, picture: event.size, stale: false };
    case "sealed":
      return sameSealed(state.sealed, event.sealed) ? state : { ...state, sealed: event.sealed };
    case "capture":
      return { ...state, capture: captureTold(state.capture, event.ok, event.reason) };
    case "input_refused":
      return { ...state, inputFault: { reason: event.reason, at: event.now } };
    case "session":
      return { ...state, session: { id: event.id, number: event.number } };
    case "ended":
      return { ...unpaired(state), ended: event.reason, media: "off", picture: null };
    case "failed":
      return { ...unpaired(state), failure: event.code, retryAfter: event.retryAfter ?? null, media: "off", picture: null };
  }
}

/** The SOS program asks nobody again who was refused less than this ago. */
const ASK_AGAIN_AFTER_MS = 5_000;

/** How many seconds it is until a right that was refused can be asked for again; 0: now. */
export function askAgainIn(denied: RemoteState["denied"], grant: GrantName, now: number): number {
  if (denied?.grant !== grant) return 0;
  return Math.max(0, Math.ceil((denied.at + ASK_AGAIN_AFTER_MS - now) / 1000));
}

/** Without keys nothing can be asked or sent; rights are told again after the next pairing. */
function unpaired(state: RemoteState): RemoteState {
  return { ...state, pairing: "none", refusal: null, asking: null, control: false, mayControl: false };
}

function withGrants(state: RemoteState, e: Extract<RemoteEvent, { type: "grants" }>): RemoteState {
  const view = e.granted.includes("view");
  const asking = e.asking === null ? null : { grant: e.asking, since: state.asking?.grant === e.asking ? state.asking.since : e.now };
  return {
    ...state,
    view,
    control: e.granted.includes("control"),
    mayControl: e.mayControl,
    asking,
    denied: e.denied === null ? (asking === null && !sameGrants(state, e.granted) ? null : state.denied) : { grant: e.denied, byTimeout: e.byTimeout, at: e.now },
    revoked: e.revoked || (state.revoked && !view && asking === null),
    picture: view ? state.picture : null,
  };
}

function sameGrants(state: RemoteState, granted: readonly GrantName[]): boolean {
  return state.view === granted.includes("view") && state.control === granted.includes("control");
}

function sameSize(a: Size | null, b: Size): boolean {
  return a !== null && a.width === b.width && a.height === b.height;
}

function sameSealed(a: Sealed, b: Sealed): boolean {
  return a.is === "refused" && b.is === "refused" ? a.why === b.why : a.is === b.is;
}

/** The one thing the page shows. */
export type Phase =
  | "connecting"
  | "waiting_program"
  | "pairing"
  | "wrong_secret"
  | "ready"
  | "asking"
  | "denied"
  | "silent"
  | "revoked"
  | "starting"
  | "capture"
  | "unopened"
  | "live"
  | "reconnecting"
  | "ended"
  | "failed";

export function phase(state: RemoteState): Phase {
  if (state.ended !== null) return "ended";
  if (state.pairing === "refused") return "wrong_secret";
  if (state.failure !== null) return "failed";
  if (state.socket === "connecting") return "connecting";
  if (state.socket === "retrying" || state.socket === "closed") return "reconnecting";
  // A program that lost its screen goes; why it went says more than that it is gone.
  if (state.capture.fault !== null && (state.view || state.program !== "online")) return "capture";
  if (state.program !== "online") return state.view ? "reconnecting" : "waiting_program";
  if (state.pairing !== "done") return state.view ? "reconnecting" : "pairing";
  if (state.view) {
    // Those that come are not shown, and what is on show is old.
    if (state.media === "up" && state.sealed.is === "refused") return "unopened";
    if (state.picture === null) return state.media === "recovering" ? "reconnecting" : "starting";
    return state.stale ? "reconnecting" : "live";
  }
  if (state.asking?.grant === "view") return "asking";
  if (state.revoked) return "revoked";
  if (state.denied?.grant === "view") return state.denied.byTimeout ? "silent" : "denied";
  return "ready";
}
