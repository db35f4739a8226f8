/** Other servers that are told of what happens. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { historyKindValues } from "@/gen/api";

import { cache } from "./cache";
import { get, post, put, remove } from "./http";
import type { Delivery, Webhook, WebhookSetup } from "./types";

const KEY = ["webhooks"] as const;
const again = (): void => void cache.invalidateQueries({ queryKey: KEY });

/** What can be told. */
export const EVENTS = historyKindValues;

export const useWebhooks = () => useQuery({ queryKey: KEY, queryFn: () => get<Webhook[]>("webhooks") });

/** With its secret, told this once. */
export const make = (setup: WebhookSetup): Promise<{ id: string; secret: string }> => post<{ id: string; secret: string }>("webhooks", setup).finally(again);
/** `version` is the one that was seen; a newer one there is `version_conflict`, and nothing is overwritten. */
export const change = (id: string, version: number, setup: WebhookSetup): Promise<{ version: number }> => put<{ version: number }>(`webhooks/${id}`, { version, setup }).finally(again);
export const takeAway = (id: string, version: number): Promise<void> => remove(`webhooks/${id}?version=${version}`).finally(again);
export const renewSecret = async (id: string): Promise<string> => (await post<{ secret: string }>(`webhooks/${id}/secret`)).secret;

const logKey = (id: string) => [...KEY, id, "deliveries"] as const;
const PAGE = 50;
export const useDeliveries = (id: string) =>
  useInfiniteQuery({
    queryKey: logKey(id),
    initialPageParam: null as string | null,
    queryFn: async ({ pageParam }) => (await get<{ deliveries: Delivery[] }>(`webhooks/${id}/deliveries?limit=${PAGE}${pageParam === null ? "" : `&before=${pageParam}`}`)).deliveries,
    getNextPageParam: (last) => (last.length < PAGE ? null : (last.at(-1)?.id ?? null)),
    // As long as something is under way.
    refetchInterval: ({ state }) => (state.data?.pages.flat().some((it) => it.state === "waiting") === true ? 2000 : false),
  });
const logAgain = (id: string): void => void cache.invalidateQueries({ queryKey: logKey(id) });
export const sendAgain = (id: string, delivery: string): Promise<unknown> => post(`webhooks/${id}/again`, { delivery }).finally(() => logAgain(id));
export const test = (id: string): Promise<unknown> => post(`webhooks/${id}/test`).finally(() => logAgain(id));
