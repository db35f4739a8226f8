/**
 * What the technicians of a session do with each other. Control is passed twice: to the end user's program over the
 * sealed lane, which decides, and to the relay, which lets nobody else's input through (docs/pairing.md).
 */

import { useCallback, useState, useSyncExternalStore } from "react";
import { useTranslation } from "react-i18next";

import { liveQueue, together, type Right, type Session } from "@/api";
import { remotes } from "@/remote/registry";
import type { RemoteSession } from "@/remote/session";
import { errorText } from "@/shared/errorText";
import { tellError } from "@/ui";

/** The remote session of this page, where there is one. */
export function useRemoteOf(session: string): RemoteSession | null {
  const all = useSyncExternalStore(remotes.subscribe, remotes.get);
  return all.get(session) ?? null;
}

export interface Together {
  busy: boolean;
  passControl: (to: string) => void;
  handOver: (to: string) => void;
  remove: (who: string) => Promise<boolean>;
  setRights: (who: string, rights: readonly Right[]) => void;
  lookIn: () => void;
  takeOver: (stay: boolean) => Promise<boolean>;
}

export function useTogether(session: Session, me: string): Together {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const remote = useRemoteOf(session.id);
  const run = useCallback(
    async (change: () => Promise<Session>, undo?: () => void): Promise<boolean> => {
      setBusy(true);
      try {
        liveQueue.put(await change());
        return true;
      } catch (refusal) {
        undo?.();
        tellError(errorText(t, refusal));
        liveQueue.fetch(session.id).catch(() => undefined);
        return false;
      } finally {
        setBusy(false);
      }
    },
    [session.id, t],
  );
  return {
    busy,
    passControl: (to) => {
      // The end user's program first: a relay that says no leaves control where it was.
      const before = session.team?.baton ?? session.owner?.id ?? me;
      remote?.passControl(to);
      remote?.heardWish();
      void run(() => together.passBaton(session, to), () => remote?.passControl(before));
    },
    handOver: (to) => {
      void run(() => together.handOver(session, to)).then((done) => done && remote?.handOver(to));
    },
    remove: (who) => run(() => together.leave(session, who)),
    setRights: (who, rights) => void run(() => together.setRights(session, who, rights)),
    lookIn: () => void run(() => together.lookIn(session)),
    takeOver: (stay) => run(() => together.takeOver(session, stay)),
  };
}

/** Those in a session; its owner alone where nobody else was ever in it. */
export function membersOf(session: Session): { id: string; name: string; rights: readonly Right[]; looksIn: boolean }[] {
  const members = session.team?.members.map(({ id, name, rights, looks_in }) => ({ id, name, rights, looksIn: looks_in })) ?? [];
  // Who leads comes first.
  if (members.length > 0) return members.sort((a, b) => Number(b.id === session.owner?.id) - Number(a.id === session.owner?.id));
  return session.owner == null ? [] : [{ id: session.owner.id, name: session.owner.name, rights: RIGHTS, looksIn: false }];
}

export const RIGHTS: readonly Right[] = ["view", "point", "control", "clipboard", "files", "chat"];

/** Is the technician in the session, as its owner or beside them? */
export const isIn = (session: Session, me: string): boolean => session.state === "active" && (session.owner?.id === me || (session.team?.members.some(({ id }) => id === me) ?? false));
