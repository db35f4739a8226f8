/** What the relay's REST interface speaks: names for the generated types of `openapi.json`. */

import type { components } from "@/gen/api";

type Schemas = components["schemas"];

export type ChatMessage = Schemas["ChatMessage"];
export type Desk = Schemas["DeskInfo"];
export type DeviceFacts = Schemas["DeviceFacts"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type Invite = Schemas["InvitePage"];
export type NewSession = Schemas["NewSession"];
export type Outcome = Schemas["Outcome"];
export type Program = Schemas["Program"];
export type Session = Schemas["Session"];
export type SessionDetail = Schemas["SessionDetail"];
export type SessionList = Schemas["SessionPage"];
export type SessionState = Schemas["SessionState"];
export type SignedIn = Schemas["SignedIn"];
export type Technician = Schemas["Technician"];
