/** The chat of a session: what the relay keeps, and what is still on its way there. */

import { useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";

import { cache } from "./cache";
import { comings, MESSAGES, messages, messagesSeen, say } from "./desk";
import { ApiError } from "./errors";
import { onTechnicianChange } from "./http";
import type { ChatMessage, Coming, Session } from "./types";

/** Something written here that the relay has not kept yet. */
export interface Outgoing {
  id: string;
  text: string;
  /** Why it was not kept; null while it is on its way. */
  error: ApiError | null;
}

onTechnicianChange(() => cache.removeQueries({ queryKey: ["outgoing"] }));

const keptKey = (session: string) => ["messages", session] as const;
const outgoingKey = (session: string) => ["outgoing", session] as const;

/** By number, each once. */
export function withMessages(known: readonly ChatMessage[], more: readonly ChatMessage[]): ChatMessage[] {
  const all = new Map([...known, ...more].map((message) => [message.number, message]));
  return Array.from(all.values()).sort((a, b) => a.number - b.number);
}

/** Up to where there is no gap: what is asked for next comes after it. */
export function upTo(known: readonly ChatMessage[]): number {
  const gap = known.findIndex((message, index) => message.number !== index + 1);
  return gap === -1 ? known.length : gap;
}

async function load(client: QueryClient, session: string): Promise<ChatMessage[]> {
  for (;;) {
    const known = client.getQueryData<ChatMessage[]>(keptKey(session)) ?? [];
    const page = await messages(session, upTo(known));
    const now = withMessages(client.getQueryData<ChatMessage[]>(keptKey(session)) ?? [], page);
    if (page.length < MESSAGES) return now;
    client.setQueryData(keptKey(session), now);
  }
}

export interface Chat {
  /** Null until they have been told. */
  messages: readonly ChatMessage[] | null;
  outgoing: readonly Outgoing[];
  error: ApiError | null;
  refetch: () => void;
  send: (text: string) => void;
  again: (id: string) => void;
}

export function useChat(session: Session): Chat {
  const client = useQueryClient();
  const { id, chat } = session;
  const { data, error, refetch } = useQuery({ queryKey: keptKey(id), queryFn: () => load(client, id), staleTime: Infinity });
  const { data: outgoing } = useQuery<Outgoing[]>({ queryKey: outgoingKey(id), queryFn: () => [], initialData: [], staleTime: Infinity, gcTime: Infinity });
  const behind = data !== undefined && upTo(data) < chat.newest;
  useEffect(() => {
    if (behind) void client.invalidateQueries({ queryKey: keptKey(id) });
  }, [behind, chat.newest, client, id]);

  const change = useCallback((to: (now: Outgoing[]) => Outgoing[]) => client.setQueryData<Outgoing[]>(outgoingKey(id), (now) => to(now ?? [])), [client, id]);
  const post = useCallback(
    async ({ id: message, text }: { id: string; text: string }) => {
      try {
        const kept = await say(id, message, text);
        client.setQueryData<ChatMessage[]>(keptKey(id), (known) => withMessages(known ?? [], [kept]));
        change((now) => now.filter((out) => out.id !== message));
      } catch (cause) {
        const why = cause instanceof ApiError ? cause : new ApiError("internal");
        change((now) => now.map((out) => (out.id === message ? { ...out, error: why } : out)));
      }
    },
    [change, client, id],
  );
  const kept = new Set(data?.map((message) => message.id));
  return {
    messages: data ?? null,
    // What was kept although its answer was lost comes by the socket.
    outgoing: outgoing.filter((out) => !kept.has(out.id)),
    error: error === null ? null : error instanceof ApiError ? error : new ApiError("internal"),
    refetch: () => void refetch(),
    send: (text) => {
      const out = { id: crypto.randomUUID(), text, error: null };
      change((now) => [...now, out]);
      void post(out);
    },
    again: (message) => {
      const out = outgoing.find((one) => one.id === message);
      if (out === undefined) return;
      change((now) => now.map((one) => (one.id === message ? { ...one, error: null } : one)));
      void post(out);
    },
  };
}

/** Who came to the session and left; asked for again when somebody else holds it. */
export function useComings({ id, owner, state }: Session): readonly Coming[] {
  return useQuery({ queryKey: ["comings", id, owner?.id ?? null, state], queryFn: () => comings(id), staleTime: Infinity, placeholderData: (before) => before }).data ?? [];
}

/** Tells the relay that its owner has the newest messages before them. */
export function useSeen(session: Session, seen: boolean, shown: number): void {
  const saw = session.chat.desk_saw;
  const newest = Math.min(session.chat.newest, shown);
  const told = useRef(0);
  useEffect(() => {
    if (!seen || newest <= saw || newest <= told.current) return;
    told.current = newest;
    // If it does not arrive, the next message or visit tells it.
    messagesSeen(session.id, newest).catch(() => (told.current = 0));
  }, [seen, newest, saw, session.id]);
}
