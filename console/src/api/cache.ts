/** All that this console knows of the relay, in one place: each fact has one entry here, and one writer. */

import { QueryClient } from "@tanstack/react-query";

export const cache = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: true, staleTime: 5000 } } });

/** Every session known, and how the queue stands. Written by the live queue only; never asked for, never given up. */
export const QUEUE_KEY = ["queue"] as const;
/** What is set up. */
export const SETUP_KEY = ["setup"] as const;
/** What was done for a session; its id follows. */
export const WORK_LOG_KEY = ["work-log"] as const;
/** What is offered to the technician, and what they offer. */
export const OFFERS_KEY = ["offers"] as const;
/** What the technicians of a session write among themselves; its id follows. */
export const PRIVATE_KEY = ["private"] as const;
/** The equipment of a session; its id follows. */
export const EQUIPMENT_KEY = ["equipment"] as const;
/** Who is there. */
export const TEAM_KEY = ["team"] as const;
/** How the channels stand. */
export const LOAD_KEY = ["load"] as const;
/** What the technician was told. */
export const NOTICES_KEY = ["notices"] as const;
cache.setQueryDefaults(QUEUE_KEY, { staleTime: Infinity, gcTime: Infinity, structuralSharing: false });
