/** Files of a chat: piece by piece to the relay, on by themselves after a break, and back as something to save or show. */

import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";

import { cache } from "./cache";
import { withMessages } from "./chat";
import { ApiError } from "./errors";
import { blob, onTechnicianChange, post, putBytes, remove } from "./http";
import type { AttachmentProgress, ChatFile, ChatMessage, Session, Setup } from "./types";

/** Bytes of one piece: the most that the relay takes. */
export const PIECE = 256 * 1024;
/** Waits between tries while the relay is not reached; the last one again and again. */
const WAITS_MS = [500, 1000, 2000, 4000];

/** A file that the relay does not have whole yet. */
export interface OutgoingFile {
  id: string;
  file: File;
  /** Bytes of it that the relay has. */
  sent: number;
  /** The relay is not reached: it goes on by itself. */
  waiting: boolean;
  /** Why it was not taken; null while it is on its way. */
  error: ApiError | null;
}

const outgoingKey = (session: string) => ["outgoing-files", session] as const;
const running = new Map<string, AbortController>();

onTechnicianChange(() => {
  for (const upload of running.values()) upload.abort();
  running.clear();
  cache.removeQueries({ queryKey: ["outgoing-files"] });
});

type Rules = Setup["desk"]["setup"]["files"];
type Kind = ChatFile["kind"];

const ENDINGS: Record<Kind, readonly string[]> = {
  jpeg: ["jpg", "jpeg"], png: ["png"], gif: ["gif"], bmp: ["bmp"], tiff: ["tiff", "tif"], webp: ["webp"], pdf: ["pdf"], doc: ["doc"], docx: ["docx"], odt: ["odt"], rtf: ["rtf"],
  xls: ["xls"], xlsx: ["xlsx"], ods: ["ods"], csv: ["csv"], ppt: ["ppt"], pptx: ["pptx"], pps: ["pps"], ppsx: ["ppsx"], odp: ["odp"], txt: ["txt"], log: ["log"], cfg: ["cfg"],
  zip: ["zip"], rar: ["rar"], seven_zip: ["7z"], mp4: ["mp4"],
};
export const KINDS = Object.keys(ENDINGS) as Kind[];
export const endingsOf = (kinds: readonly Kind[]): string[] => kinds.flatMap((kind) => ENDINGS[kind]);
/** Pictures that every browser shows. */
export const isShowable = (kind: Kind): boolean => kind === "jpeg" || kind === "png" || kind === "gif" || kind === "bmp" || kind === "webp";

/** What the relay would say, before anything is sent. */
export function refusal(file: { name: string; size: number }, rules: Rules | undefined): ApiError | null {
  if (file.size === 0) return new ApiError("invalid_request", "the file is empty");
  if (rules === undefined) return null;
  const ending = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
  if (!endingsOf(rules.kinds ?? []).includes(ending)) return new ApiError("file_kind_refused");
  return file.size > (rules.each ?? 0) * 1024 * 1024 ? new ApiError("file_too_large") : null;
}

async function sha256(file: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()));
  return btoa(String.fromCharCode(...hash)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const passing = (error: unknown): boolean => error instanceof ApiError && (error.code === "offline" || error.code === "unavailable");

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });

/** Sends what is missing until all of it is there; its message, or null when it was given up. */
export async function upload(session: string, id: string, file: File, signal: AbortSignal, tell: (sent: number, waiting: boolean) => void, waits: readonly number[] = WAITS_MS): Promise<ChatMessage | null> {
  const route = `sessions/${session}/attachments`;
  const hash = await sha256(file);
  let [sent, begun, failed] = [0, false, 0];
  while (!signal.aborted) {
    try {
      const progress = begun
        ? await putBytes<AttachmentProgress>(`${route}/${id}?from=${sent}`, file.slice(sent, sent + PIECE))
        : await post<AttachmentProgress>(route, { id, name: file.name, size: file.size, sha256: hash });
      [sent, begun, failed] = [progress.attachment.received, true, 0];
      tell(sent, false);
      // Kept before, when its answer was lost: the message comes by the socket.
      if (progress.attachment.state === "kept") return progress.message ?? null;
    } catch (cause) {
      if (!passing(cause)) throw cause;
      // What arrived is not known: it is asked for.
      begun = false;
      tell(sent, true);
      await pause(waits[Math.min(failed, waits.length - 1)] ?? 0, signal);
      failed += 1;
    }
  }
  return null;
}

export interface Files {
  outgoing: readonly OutgoingFile[];
  add: (files: readonly File[]) => void;
  again: (id: string) => void;
  giveUp: (id: string) => void;
}

export function useFiles(session: Session, kept: readonly ChatMessage[] | null, rules: Rules | undefined): Files {
  const client = useQueryClient();
  const { id } = session;
  const { data } = useQuery<OutgoingFile[]>({ queryKey: outgoingKey(id), queryFn: () => [], initialData: [], staleTime: Infinity, gcTime: Infinity });
  const change = useCallback((to: (now: OutgoingFile[]) => OutgoingFile[]) => client.setQueryData<OutgoingFile[]>(outgoingKey(id), (now) => to(now ?? [])), [client, id]);
  const send = useCallback((out: OutgoingFile) => void run(client, id, out, change), [change, client, id]);
  const add = useCallback(
    (files: readonly File[]) => {
      for (const file of files) {
        const error = refusal(file, rules);
        const out = { id: crypto.randomUUID(), file, sent: 0, waiting: false, error };
        change((now) => [...now, out]);
        if (error === null) send(out);
      }
    },
    [change, rules, send],
  );
  const there = new Set(kept?.map((message) => message.id));
  return {
    outgoing: data.filter((out) => !there.has(out.id)),
    add,
    again: (file) => {
      const out = data.find((one) => one.id === file);
      if (out === undefined) return;
      // As another one: what the relay refused of the first is gone there.
      const anew = { ...out, id: crypto.randomUUID(), sent: 0, waiting: false, error: null };
      change((now) => now.map((one) => (one.id === file ? anew : one)));
      send(anew);
    },
    giveUp: (file) => {
      const upload = running.get(file);
      upload?.abort();
      change((now) => now.filter((one) => one.id !== file));
      // If it does not arrive, the relay forgets the rest of it by itself.
      if (upload !== undefined) remove(`sessions/${id}/attachments/${file}`).catch(() => undefined);
    },
  };
}

async function run(client: QueryClient, session: string, out: OutgoingFile, change: (to: (now: OutgoingFile[]) => OutgoingFile[]) => void): Promise<void> {
  const control = new AbortController();
  running.set(out.id, control);
  const set = (now: Partial<OutgoingFile>): void => change((all) => all.map((one) => (one.id === out.id ? { ...one, ...now } : one)));
  try {
    const message = await upload(session, out.id, out.file, control.signal, (sent, waiting) => set({ sent, waiting }));
    if (message === null) return;
    client.setQueryData<ChatMessage[]>(["messages", session], (known) => (known === undefined ? known : withMessages(known, [message])));
    change((all) => all.filter((one) => one.id !== out.id));
  } catch (cause) {
    if (!control.signal.aborted) set({ error: cause instanceof ApiError ? cause : new ApiError("internal"), waiting: false });
  } finally {
    running.delete(out.id);
  }
}

const fetchFile = (session: string, id: string): Promise<Blob> => blob(`sessions/${session}/attachments/${id}`);

export const saveFile = async (session: string, file: ChatFile): Promise<void> => saveBlob(await fetchFile(session, file.id), file.name);

/** Hands it to the browser's own downloads: it is saved, not opened. */
export function saveBlob(content: Blob, name: string): void {
  const url = URL.createObjectURL(new Blob([content], { type: "application/octet-stream" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken hold of it by then.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** An address at which this page alone sees the picture; null until it is there, or when it cannot be had: then `again` tries once more. */
export function usePicture(session: string, file: ChatFile, wanted: boolean): { url: string | null; failed: boolean; again: () => void } {
  const [url, setUrl] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const { id } = file;
  useEffect(() => {
    if (!wanted) return;
    let [made, gone]: [string | null, boolean] = [null, false];
    fetchFile(session, id).then(
      (picture) => {
        if (gone) return;
        made = URL.createObjectURL(picture);
        setUrl(made);
      },
      () => {
        if (!gone) setFailed(true);
      },
    );
    return () => {
      gone = true;
      if (made !== null) URL.revokeObjectURL(made);
      setUrl(null);
      // The next one begins anew.
      setFailed(false);
    };
  }, [session, id, wanted, tries]);
  return { url, failed, again: useCallback(() => setTries((before) => before + 1), []) };
}
