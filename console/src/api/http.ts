/** The one way to the relay's REST interface: token in memory, refreshed by cookie when it is about to end. */

import { ApiError, errorFrom } from "./errors";
import type { SignedIn, Technician } from "./types";

const BASE = "/api/v1/";
const TIMEOUT_MS = 15_000;
const FILE_TIMEOUT_MS = 600_000;
/** A whole file takes longer than an answer. */
const DOWNLOAD_TIMEOUT_MS = 600_000;
/** Refresh this long before the token ends. */
const AHEAD_MS = 30_000;

interface Account {
  token: string;
  until: number;
  technician: Technician;
}

let account: Account | null = null;
let refreshing: Promise<Account | null> | null = null;
const listeners = new Set<() => void>();
const leaving = new Set<(id: string | null) => void>();
/** Who the last answer named; undefined before the first one. */
let known: string | null | undefined;

/** For `useSyncExternalStore`: the signed-in technician, or null. */
export const currentTechnician = (): Technician | null => account?.technician ?? null;
export const onAccountChange = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/**
 * For what belongs to one technician and has to go with them: called when somebody else is signed in, or nobody any
 * more, and once when it is first known who it is. A new token of the same technician is no such change.
 */
export const onTechnicianChange = (listener: (id: string | null) => void): (() => void) => {
  leaving.add(listener);
  return () => leaving.delete(listener);
};

function setAccount(next: Account | null): void {
  account = next;
  const id = next?.technician.id ?? null;
  if (id !== known) {
    known = id;
    // Before any page is drawn for the next one.
    for (const listener of Array.from(leaving)) listener(id);
  }
  for (const listener of Array.from(listeners)) listener();
}

function signedIn(answer: SignedIn): Account {
  const next = { token: answer.access_token, until: Date.now() + answer.expires_in * 1000, technician: answer.technician };
  setAccount(next);
  return next;
}

async function send(path: string, init: RequestInit, timeout = TIMEOUT_MS): Promise<Response> {
  try {
    return await fetch(BASE + path, { ...init, credentials: "same-origin", cache: "no-store", signal: AbortSignal.timeout(timeout) });
  } catch {
    throw new ApiError("offline");
  }
}

const json = (body: unknown, method = "POST"): RequestInit => ({ method, body: JSON.stringify(body), headers: { "content-type": "application/json" } });

async function read<T>(response: Response): Promise<T> {
  if (!response.ok) throw await errorFrom(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export async function signIn(email: string, password: string): Promise<void> {
  signedIn(await read<SignedIn>(await send("auth/sign-in", json({ email, password }))));
}

/** The technician changed their own account. */
export function accountChanged(technician: Technician): void {
  if (account !== null) setAccount({ ...account, technician });
}

export async function signOut(): Promise<void> {
  try {
    await send("auth/sign-out", { method: "POST", headers: { "x-ponte": "1" } });
  } finally {
    setAccount(null);
  }
}

/**
 * A new access token by the cookie; null when there is nobody to sign in. One at a time, over all tabs: the cookie
 * is replaced by each refresh, and presenting a replaced one ends the sign-in.
 */
export function restore(): Promise<Account | null> {
  refreshing ??= oneTabAtATime(async () => {
    const response = await send("auth/refresh", { method: "POST", headers: { "x-ponte": "1" } });
    if (response.status === 401 || response.status === 403) {
      setAccount(null);
      return null;
    }
    return signedIn(await read<SignedIn>(response));
  }).finally(() => (refreshing = null));
  return refreshing;
}

async function oneTabAtATime<T>(run: () => Promise<T>): Promise<T> {
  // `locks` exists in secure contexts only.
  return "locks" in navigator ? await navigator.locks.request("ponte.refresh", run) : run();
}

async function token(): Promise<string> {
  if (account !== null && account.until - AHEAD_MS > Date.now()) return account.token;
  const next = await restore();
  if (next === null) throw new ApiError("signed_out");
  return next.token;
}

async function authorised<T>(path: string, init: RequestInit, timeout?: number, take?: (response: Response) => Promise<T>): Promise<T> {
  const withToken = async (): Promise<Response> =>
    send(path, { ...init, headers: { ...(init.headers as Record<string, string> | undefined), authorization: `Bearer ${await token()}` } }, timeout);
  let response = await withToken();
  // A password that was wrong is a 401, too, and is not to be tried twice.
  if (response.status === 401 && account !== null && (await errorFrom(response.clone())).code === "signed_out") {
    account = { ...account, until: 0 };
    response = await withToken();
  }
  return take === undefined || !response.ok ? read<T>(response) : take(response);
}

export const get = <T>(path: string): Promise<T> => authorised<T>(path, { method: "GET" });
export const post = <T>(path: string, body?: unknown, timeout?: number): Promise<T> => authorised<T>(path, body === undefined ? { method: "POST" } : json(body), timeout);
export const put = <T>(path: string, body: unknown): Promise<T> => authorised<T>(path, json(body, "PUT"));
/** Bytes as they are, and what the relay says to them. */
export const putBytes = <T>(path: string, bytes: Blob): Promise<T> => authorised<T>(path, { method: "PUT", body: bytes, headers: { "content-type": "application/octet-stream" } });
/** What a route gives that is no JSON. */
export const blob = (path: string): Promise<Blob> => authorised<Blob>(path, { method: "GET" }, DOWNLOAD_TIMEOUT_MS, (response) => response.blob());
export const patch = <T>(path: string, body: unknown): Promise<T> => authorised<T>(path, json(body, "PATCH"));
export const remove = <T = void>(path: string): Promise<T> => authorised<T>(path, { method: "DELETE" });
/** A file, of any size within ten minutes. */
export async function getFile(path: string): Promise<Blob> {
  const response = await send(path, { method: "GET", headers: { authorization: `Bearer ${await token()}` } }, FILE_TIMEOUT_MS);
  if (!response.ok) throw await errorFrom(response);
  try {
    return await response.blob();
  } catch {
    throw new ApiError("offline");
  }
}
/** A route that answers without a sign-in. */
export const getOpen = async <T>(path: string): Promise<T> => read<T>(await send(path, { method: "GET" }));

export function socketUrl(path: "events" | "view"): string {
  return `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${BASE}${path}`;
}
