/** What is being changed and not saved yet, beside what the relay has. Nothing is overwritten that was not seen. */

import { useState } from "react";

import { ApiError, cache } from "@/api";
import { SETUP_KEY } from "@/api/cache";

export interface Versioned<T> {
  version: number;
  setup: T;
}

/** The parts in which two differ. */
export function changedKeys<T extends object>(one: T, other: T): (keyof T)[] {
  const keys = Object.keys({ ...one, ...other }) as (keyof T)[];
  return keys.filter((key) => text(one[key]) !== text(other[key]));
}

/** What was typed, put onto what somebody else saved: their parts where nothing was typed. */
export function rebase<T extends object>(seen: T, typed: T, theirs: T): T {
  const mine = Object.fromEntries(changedKeys(seen, typed).map((key) => [key, typed[key]])) as Partial<T>;
  return { ...theirs, ...mine };
}

/** The same for values that mean the same: keys in any order, nothing and null. */
function text(value: unknown): string {
  return JSON.stringify(value ?? null, (_, it: unknown) => (typeof it === "object" && it !== null && !Array.isArray(it) ? Object.fromEntries(Object.entries(it).filter(([, v]) => v != null).sort(([a], [b]) => (a < b ? -1 : 1))) : it));
}

export interface Draft<T> {
  value: T;
  set: (change: Partial<T>) => void;
  /** The parts that are not saved. */
  unsaved: (keyof T)[];
  /** Somebody else saved meanwhile what is being changed here. */
  conflict: boolean;
  /** Parts that both changed: keeping one's own replaces theirs there. */
  both: (keyof T)[];
  loadTheirs: () => void;
  keepMine: () => void;
  discard: () => void;
  busy: boolean;
  /** Why it was not saved, but for a conflict. */
  problem: unknown;
  save: () => Promise<boolean>;
}

export function useDraft<T extends object>(server: Versioned<T>, write: (version: number, setup: T) => Promise<{ version: number }>): Draft<T> {
  const [seen, setSeen] = useState(server);
  const [value, setValue] = useState(server.setup);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const unsaved = changedKeys(seen.setup, value);
  const newer = server.version > seen.version;
  const take = (setup: T): void => {
    setSeen(server);
    setValue(setup);
    setProblem(null);
  };
  // Nothing was typed: what somebody else saved is simply shown.
  if (newer && unsaved.length === 0 && !busy) take(server.setup);
  const refused = problem instanceof ApiError && problem.code === "version_conflict";

  const save = async (): Promise<boolean> => {
    setBusy(true);
    setProblem(null);
    try {
      const { version } = await write(seen.version, value);
      setSeen({ version, setup: value });
      return true;
    } catch (error) {
      setProblem(error);
      if (error instanceof ApiError && error.code === "version_conflict") await cache.invalidateQueries({ queryKey: SETUP_KEY });
      return false;
    } finally {
      setBusy(false);
    }
  };

  const theirs = newer ? changedKeys(seen.setup, server.setup) : [];
  return {
    value,
    set: (change) => setValue((now) => ({ ...now, ...change })),
    unsaved,
    conflict: refused || (newer && unsaved.length > 0 && !busy),
    both: unsaved.filter((key) => theirs.includes(key)),
    loadTheirs: () => take(server.setup),
    keepMine: () => take(rebase(seen.setup, value, server.setup)),
    discard: () => (newer ? take(server.setup) : setValue(seen.setup)),
    busy,
    problem: refused ? null : problem,
    save,
  };
}
