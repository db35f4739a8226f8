/** Where the other technicians point, under their names. Drawn over the picture; never sent to the end user. */

import { useSyncExternalStore } from "react";

import type { RemoteSession } from "@/remote/session";

import css from "./together.module.css";

const HUES = 6;

/** A colour of its own for each technician, the same on every console. */
export function hueOf(id: string): number {
  let sum = 0;
  for (const char of id) sum = (sum * 31 + char.charCodeAt(0)) % 9973;
  return sum % HUES;
}

export function Pointers({ remote }: { remote: RemoteSession }) {
  const pointers = useSyncExternalStore(remote.pointers.subscribe, remote.pointers.get);
  return (
    <div className={css.pointers} aria-hidden="true">
      {pointers.map(({ id, name, x, y }) => (
        <div key={id} className={css.pointer} data-hue={hueOf(id)} data-testid="pointer" style={{ left: `${x * 100}%`, top: `${y * 100}%` }}>
          <svg width={18} height={18} viewBox="0 0 18 18"><path d="M2 2v12.5l3.6-3.1 2.4 5 2.4-1.1-2.4-4.9h4.9z" /></svg>
          <span>{name}</span>
        </div>
      ))}
    </div>
  );
}
