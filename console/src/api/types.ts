/** What the relay's REST interface speaks (docs/api.md). */

export type SessionState = "waiting" | "active" | "closed" | "expired";
export type SessionDetail = "invited" | "ready" | "connected" | "reconnecting";
export type Outcome = "solved" | "not_solved" | "no_contact";

export interface Technician {
  id: string;
  name: string;
  email: string;
  role: string;
}

export interface SignedIn {
  access_token: string;
  /** Seconds. */
  expires_in: number;
  technician: Technician;
}

export interface Desk {
  name: string;
  version: string;
  links_base: string;
}

export interface ScreenFacts {
  name?: string | null;
  width: number;
  height: number;
}

export interface DeviceFacts {
  system?: string | null;
  system_version?: string | null;
  host_name?: string | null;
  addresses?: string[];
  user?: string | null;
  screens?: ScreenFacts[];
  processor?: string | null;
  processors?: number | null;
  memory_total?: number | null;
  memory_free?: number | null;
  disk_free?: number | null;
  language?: string | null;
  time_zone?: string | null;
  program?: string | null;
}

export interface HistoryEntry {
  at: number;
  kind: string;
  by?: string | { id: string; name: string } | null;
}

export interface Session {
  id: string;
  number: number;
  version: number;
  state: SessionState;
  detail?: SessionDetail | null;
  mode: "code" | "link";
  person?: string | null;
  email?: string | null;
  phone?: string | null;
  company?: string | null;
  subject?: string | null;
  owner?: { id: string; name: string } | null;
  created_at: number;
  changed_at: number;
  waiting_since?: number | null;
  started_at?: number | null;
  closed_at?: number | null;
  outcome?: Outcome | null;
  note?: string | null;
  expires_at?: number | null;
  device?: DeviceFacts | null;
  asset_number?: string | null;
  invite?: { id: string; expires_at: number } | null;
  history?: HistoryEntry[] | null;
}

export interface SessionList {
  cursor: number;
  sessions: Session[];
}

export interface NewSession {
  person: string;
  email?: string;
  phone?: string;
  company?: string;
  subject?: string;
  invite_public: string;
  claim_hash: string;
}

export interface Program {
  system: string;
  file: string;
  size: number;
  sha256: string;
  url: string;
}

export interface Invite {
  desk_name: string;
  person?: string | null;
  subject?: string | null;
  state: "open" | "started" | "gone";
  programs: Program[];
}
