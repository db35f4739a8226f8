/** How the channels stand, asked for anew while it is looked at: the live queue and the team ring when something happened. */

import { skipToken, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

import { LOAD_KEY, QUEUE_KEY, SETUP_KEY, TEAM_KEY } from "./cache";
import type { QueueSnapshot } from "./events";
import { get } from "./http";
import type { LoadBoard } from "./types";

/** Milliseconds between two answers, however much happens. */
const STEADY = 1000;
/** Without any ring: somebody is not heard from any more, a channel opens. */
const ROUND = 30_000;

/** Since midnight of whoever looks. */
const load = (): Promise<LoadBoard> => get(`load?day=${new Date().setHours(0, 0, 0, 0)}`);

export const useLoad = () => {
  const client = useQueryClient();
  const rings = [
    useQuery<QueueSnapshot>({ queryKey: QUEUE_KEY, queryFn: skipToken }).dataUpdatedAt,
    useQuery({ queryKey: TEAM_KEY, queryFn: skipToken }).dataUpdatedAt,
    useQuery({ queryKey: SETUP_KEY, queryFn: skipToken }).dataUpdatedAt,
  ];
  const ring = Math.max(...rings);
  const answer = useQuery({ queryKey: LOAD_KEY, queryFn: load, staleTime: 0, refetchInterval: ROUND });
  const { dataUpdatedAt } = answer;
  useEffect(() => {
    if (dataUpdatedAt === 0 || ring <= dataUpdatedAt) return undefined;
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey: LOAD_KEY }, { cancelRefetch: false }), Math.max(0, dataUpdatedAt + STEADY - Date.now()));
    return () => clearTimeout(timer);
  }, [ring, dataUpdatedAt, client]);
  return answer;
};
