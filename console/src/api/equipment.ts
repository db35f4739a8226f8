/** The equipment of a session. */

import { useQuery } from "@tanstack/react-query";

import { cache, EQUIPMENT_KEY } from "./cache";
import { get, post, put, remove } from "./http";
import type { AddPiece, EditPiece, Piece } from "./types";

interface Equipment {
  pieces: Piece[];
}

const key = (session: string) => [...EQUIPMENT_KEY, session] as const;
const path = (session: string): string => `sessions/${encodeURIComponent(session)}/equipment`;
const keep = (session: string, { pieces }: Equipment): void => void cache.setQueryData(key(session), pieces);

/** In the order in which it was written down; asked for anew when the session changes. */
export const useEquipment = (session: string) => useQuery({ queryKey: key(session), queryFn: async () => (await get<Equipment>(path(session))).pieces });

/** The same id again is the same piece: what got no answer may be sent again. */
export const addPiece = async (session: string, piece: AddPiece): Promise<void> => keep(session, await post<Equipment>(path(session), piece));
export const changePiece = async (session: string, id: string, piece: EditPiece): Promise<void> => keep(session, await put<Equipment>(`${path(session)}/${id}`, piece));
export const removePiece = async (session: string, id: string): Promise<void> => keep(session, await remove<Equipment>(`${path(session)}/${id}`));
