/** The audit. */

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";

import { get, getFile } from "./http";
import type { AuditLine, AuditReport } from "./types";

/** Which lines; what is absent does not matter. */
export interface AuditFilter {
  actor?: "end_user" | "relay" | undefined;
  technician?: string | undefined;
  kind?: string | undefined;
  session?: number | undefined;
  /** Moments, the second not included. */
  from?: number | undefined;
  until?: number | undefined;
}

const PAGE = 100;

const query = (filter: AuditFilter, more: Record<string, string> = {}): string => {
  const asked = Object.entries(filter).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]));
  return new URLSearchParams([...asked, ...Object.entries(more)]).toString();
};

export const useAudit = (filter: AuditFilter) =>
  useInfiniteQuery({
    queryKey: ["audit", filter],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }) => (await get<{ lines: AuditLine[] }>(`audit?${query(filter, { limit: String(PAGE), ...(pageParam !== null && { before: String(pageParam) }) })}`)).lines,
    getNextPageParam: (last) => (last.length < PAGE ? null : (last.at(-1)?.id ?? null)),
    retry: false,
  });
export const useAuditKinds = () => useQuery({ queryKey: ["audit-kinds"], queryFn: () => get<string[]>("audit/kinds") });
export const verify = (): Promise<AuditReport> => get("audit/verify");
/** As a file: all of it with its proof, or the lines that are asked for as a table. */
export const exported = (format: "jsonl" | "csv", filter: AuditFilter): Promise<Blob> => getFile(`audit/export?${query(format === "csv" ? filter : {}, { format })}`);
