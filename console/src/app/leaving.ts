/**
 * What this browser has of one technician, and how it goes with them: by the menu, by a sign-in that was ended from
 * elsewhere, or because another technician signed in beside.
 */

import { cache, onTechnicianChange } from "@/api";
import { dropAllRemotes } from "@/remote/registry";
import { keeper } from "@/shared/keeper";
import { keepQueueSearch } from "@/shared/queueSearch";

import { forgetTabs } from "./tabs";

/** Whose it is that lies in a storage: a page that was closed, or a tab that slept, could not clear away by itself. */
const WHOSE = "ponte.technician";
/** What lies in them has an end of its own: with the tab, or with the browser's data. */
const STORAGES = (): readonly Storage[] => [sessionStorage, localStorage];

function forgetAll(): void {
  // First what is connected: it would keep again what is forgotten after it.
  dropAllRemotes();
  for (const session of keeper.kept()) keeper.forget(session);
  cache.clear();
  forgetTabs();
  keepQueueSearch({});
}

/** Called with who is signed in now, or null. */
export function nowIs(id: string | null): void {
  const others = STORAGES().some((storage) => ![null, id].includes(storage.getItem(WHOSE)));
  if (others) forgetAll();
  for (const storage of STORAGES()) {
    if (id === null) storage.removeItem(WHOSE);
    else storage.setItem(WHOSE, id);
  }
}

/** From now on, for as long as the page is there. */
export const watchLeaving = (): (() => void) => onTechnicianChange(nowIs);
