/** What the queue shows, as the address says it: a link opens the same view. Saved views are addresses with a name. */

import { COLUMNS, isView, PRIORITIES, type Filters, type Sort, type View } from "./rows";

/** The search parameters of the queue's address; what is as usual is left out. */
export interface QueueSearch {
  view?: string | undefined;
  q?: string | undefined;
  /** A column, with `-` before it when it falls; or `queue`. */
  sort?: string | undefined;
  /** Ids or words, by commas. */
  channel?: string | undefined;
  priority?: string | undefined;
  category?: string | undefined;
  density?: string | undefined;
}
const PARAMETERS = ["view", "q", "sort", "channel", "priority", "category", "density"] as const;

export type Density = "comfortable" | "compact";

export interface Shown {
  view: View;
  q: string;
  sort: Sort;
  filters: Filters;
  /** Null: as this browser had it last. */
  density: Density | null;
}

export function queueSearch(raw: Record<string, unknown>): QueueSearch {
  const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : typeof value === "number" ? String(value) : undefined);
  return Object.fromEntries(PARAMETERS.flatMap((name) => (text(raw[name]) === undefined ? [] : [[name, text(raw[name])]])));
}

/** New sessions stand as they are given out; all others from the newest. */
export const usualSort = (view: View): Sort => (view === "waiting" || view === "unassigned" ? { column: "queue", descending: false } : { column: "received", descending: true });

export function shownBy(search: QueueSearch): Shown {
  const view = isView(search.view) ? search.view : "all";
  const list = (text: string | undefined): string[] => (text ?? "").split(",").filter((part) => part !== "");
  return {
    view,
    q: search.q ?? "",
    sort: sortBy(search.sort) ?? usualSort(view),
    filters: { channel: list(search.channel), priority: list(search.priority).filter((p) => PRIORITIES.some((known) => known === p)), category: list(search.category) },
    density: search.density === "compact" || search.density === "comfortable" ? search.density : null,
  };
}

function sortBy(text: string | undefined): Sort | null {
  const name = text?.replace(/^-/, "");
  if (name === "queue") return { column: "queue", descending: false };
  const column = COLUMNS.find((each) => each === name);
  return column === undefined ? null : { column, descending: text?.startsWith("-") === true };
}

export function searchOf(shown: Shown): QueueSearch {
  const { view, q, sort, filters, density } = shown;
  const usual = usualSort(view);
  return queueSearch({
    view: view === "all" ? "" : view,
    q,
    sort: sort.column === usual.column && sort.descending === usual.descending ? "" : `${sort.descending ? "-" : ""}${sort.column}`,
    channel: filters.channel.join(","),
    priority: filters.priority.join(","),
    category: filters.category.join(","),
    density: density ?? "",
  });
}

/** Beside the view and the search words: do both show the same? Density is the reader's, not the view's. */
export function sameView(one: QueueSearch, other: QueueSearch): boolean {
  const plain = (search: QueueSearch): string => JSON.stringify({ ...searchOf(shownBy(search)), density: undefined });
  return plain(one) === plain(other);
}

export interface SavedView {
  name: string;
  search: QueueSearch;
}

const SAVED = "ponte.views";
const DENSITY = "ponte.density";
export const NAME_LIMIT = 40;

export function savedViews(storage: Storage = localStorage): SavedView[] {
  try {
    const kept: unknown = JSON.parse(storage.getItem(SAVED) ?? "[]");
    if (!Array.isArray(kept)) return [];
    return kept.flatMap((each: unknown) => {
      const { name, search } = (each ?? {}) as Record<string, unknown>;
      return typeof name === "string" && typeof search === "object" && search !== null ? [{ name, search: queueSearch(search as Record<string, unknown>) }] : [];
    });
  } catch {
    return [];
  }
}

/** The same name again is the same view, changed. */
export function withView(views: readonly SavedView[], name: string, search: QueueSearch): SavedView[] {
  const { density: _density, ...kept } = search;
  const view = { name, search: kept };
  return views.some((each) => each.name === name) ? views.map((each) => (each.name === name ? view : each)) : [...views, view];
}

export const keepViews = (views: readonly SavedView[], storage: Storage = localStorage): void => storage.setItem(SAVED, JSON.stringify(views));

export const usualDensity = (storage: Storage = localStorage): Density => (storage.getItem(DENSITY) === "compact" ? "compact" : "comfortable");
export const keepDensity = (density: Density, storage: Storage = localStorage): void => storage.setItem(DENSITY, density);
