import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";

import { liveQueue, type Session } from "@/api";
import { tellError } from "@/ui";

import { errorText } from "./errorText";

export interface Change {
  /** The id of the session that is being changed. */
  busy: string | null;
  /** Changes a session; a refusal is told, and what has become of the session is asked. True when it was done. */
  change: (session: Session, run: (session: Session) => Promise<Session>) => Promise<boolean>;
}

export function useChange(): Change {
  const { t } = useTranslation();
  const [busy, setBusy] = useState<string | null>(null);
  const change = useCallback<Change["change"]>(
    async (session, run) => {
      setBusy(session.id);
      try {
        liveQueue.put(await run(session));
        return true;
      } catch (refusal) {
        tellError(errorText(t, refusal));
        liveQueue.fetch(session.id).catch(() => undefined);
        return false;
      } finally {
        setBusy(null);
      }
    },
    [t],
  );
  return { busy, change };
}
