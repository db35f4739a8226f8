/** Tokens by which programs use the interface. */

import { useQuery } from "@tanstack/react-query";

import { cache } from "./cache";
import { get, post, remove } from "./http";
import type { ApiToken, MakeApiToken } from "./types";

const KEY = ["api-tokens"] as const;
const again = (): void => void cache.invalidateQueries({ queryKey: KEY });

export const useApiTokens = () => useQuery({ queryKey: KEY, queryFn: () => get<ApiToken[]>("api-tokens") });
/** With its secret, told this once. */
export const make = async (token: MakeApiToken): Promise<string> => (await post<{ token: string }>("api-tokens", token).finally(again)).token;
export const revoke = (id: string): Promise<void> => remove(`api-tokens/${id}`).finally(again);
