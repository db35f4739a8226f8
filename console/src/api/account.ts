/** The technician's own account, and what managers change of others'. */

import { useQuery } from "@tanstack/react-query";

import { accountChanged, get, post, put, remove } from "./http";
import type { SignInPlace, Technician } from "./types";

export interface Names {
  name: string;
  email: string;
}

export async function changeOwn(seen: Names, names: Names, password: string): Promise<void> {
  accountChanged(await put<Technician>("me", { seen, ...names, password }));
}
export const changeOwnPassword = (old: string, next: string): Promise<void> => post("me/password", { old, new: next });

const OWN = ["sign-ins"] as const;
/** Of a technician; one's own without. */
export const signInsKey = (technician?: string) => (technician === undefined ? OWN : ([...OWN, technician] as const));
const signIns = async (path: string): Promise<SignInPlace[]> => (await get<{ sign_ins: SignInPlace[] }>(path)).sign_ins;
export const useSignIns = (technician?: string) =>
  useQuery({ queryKey: signInsKey(technician), queryFn: () => signIns(technician === undefined ? "me/sign-ins" : `technicians/${technician}/sign-ins`) });
export const endSignIn = (id: number): Promise<void> => remove(`me/sign-ins/${id}`);

export const change = (technician: string, seen: Names, names: Names): Promise<Technician> => put(`technicians/${technician}/account`, { seen, ...names });
/** Made up by the relay, and told this once. */
export const resetPassword = async (technician: string): Promise<string> => (await post<{ password: string }>(`technicians/${technician}/password`)).password;
export const signOutEverywhere = (technician: string): Promise<void> => remove(`technicians/${technician}/sign-ins`);
