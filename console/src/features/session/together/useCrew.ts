import { useSyncExternalStore } from "react";

import type { RemoteSession } from "@/remote/session";
import type { Crew } from "@/remote/state";

const never = (): (() => void) => () => undefined;

/** Who is in the session and who of them is connected, as the remote session hears it; null without one. */
export const useCrew = (remote: RemoteSession | null): Crew | null => useSyncExternalStore(remote?.state.subscribe ?? never, () => remote?.state.get().crew ?? null);
