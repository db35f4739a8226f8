/** What the relay's REST interface speaks: names for the generated types of `openapi.json`. */

import type { components } from "@/gen/api";

type Schemas = components["schemas"];

export type Action = Schemas["Action"];
export type ActionKind = Schemas["ActionKind"];
export type Availability = Schemas["Availability"];
export type CallLink = Schemas["CallLink"];
export type CallPage = Schemas["CallPage"];
export type Category = Schemas["Category"];
export type Channel = Schemas["Channel"];
export type ChatMessage = Schemas["ChatMessage"];
export type Company = Schemas["Company"];
export type Decision = Schemas["Decision"];
export type Desk = Schemas["DeskInfo"];
export type DeviceFacts = Schemas["DeviceFacts"];
export type Event = Schemas["Event"];
export type Explained = Schemas["Explained"];
export type Group = Schemas["Group"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type Invite = Schemas["InvitePage"];
export type LogAction = Schemas["LogAction"];
export type NewSession = Schemas["NewSession"];
export type NewTechnician = Schemas["NewTechnician"];
export type NextUp = Schemas["NextUp"];
export type Outcome = Schemas["Outcome"];
export type Permission = Schemas["Permission"];
export type Place = Schemas["Place"];
export type Priority = Schemas["Priority"];
export type Program = Schemas["Program"];
export type Role = Schemas["Role"];
export type Scope = Schemas["Scope"];
export type Session = Schemas["Session"];
export type SessionChange = Omit<Schemas["EditSession"], "version">;
export type SessionDetail = Schemas["SessionDetail"];
export type SessionList = Schemas["SessionPage"];
export type SessionOrder = Schemas["SessionOrder"];
export type SessionState = Schemas["SessionState"];
export type Setup = Schemas["SetupPage"];
export type SignedIn = Schemas["SignedIn"];
export type Standing = Schemas["Standing"];
export type Technician = Schemas["Technician"];
export type TechnicianEntry = Schemas["TechnicianEntry"];
export type Tried = Schemas["Tried"];
export type TryRequest = Schemas["TryRequest"];
export type WholeDesk = Schemas["WholeDesk"];
