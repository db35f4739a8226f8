import { Keeper } from "@/remote/pairings";

/** This browser's keys. */
export const keeper = new Keeper(sessionStorage, localStorage);
