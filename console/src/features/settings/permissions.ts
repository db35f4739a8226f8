/** The permissions by area, and what the built-in roles give. A permission without an area does not compile. */

import { permissionValues } from "@/gen/api";
import { may, type Permission, type Scope, type Setup, type TechnicianEntry } from "@/api";

export type RoleName = NonNullable<TechnicianEntry["setup"]["holds"]>[number]["role"];
export type BuiltIn = Extract<RoleName, string>;
export const BUILT_IN = ["owner", "technician_manager", "channel_manager", "channel_technician", "auditor"] as const satisfies readonly BuiltIn[];

export const AREAS = ["sessions", "chat", "remote", "recordings", "channels", "people", "desk"] as const;
export type Area = (typeof AREAS)[number];

const AREA: Record<Permission, Area> = {
  session_view: "sessions", session_open: "sessions", session_take: "sessions", session_release: "sessions", session_release_others: "sessions", session_assign: "sessions", session_edit: "sessions", session_set_priority: "sessions", session_set_category: "sessions", session_log: "sessions",
  session_close: "sessions", session_close_others: "sessions", session_reopen: "sessions", session_transfer: "sessions", session_transfer_others: "sessions", session_move: "sessions", session_invite_technician: "sessions", session_invite_expert: "sessions", session_supervise: "sessions", session_take_over: "sessions",
  chat_read: "chat", chat_write: "chat", chat_private: "chat", attachment_read: "chat", attachment_add: "chat",
  remote_view: "remote", remote_point: "remote", remote_control: "remote", remote_clipboard: "remote", remote_files_send: "remote", remote_files_fetch: "remote", remote_screenshot: "remote", remote_diagnose: "remote", remote_record: "remote", remote_admin: "remote", remote_block: "remote",
  recording_watch: "recordings", recording_delete: "recordings",
  channel_view: "channels", channel_create: "channels", channel_configure: "channels", channel_delete: "channels", channel_pause: "channels", channel_members: "channels", channel_rules: "channels", channel_hours: "channels", channel_links: "channels", load_view: "channels",
  technician_view: "people", technician_manage: "people", technician_availability: "people", group_manage: "people", role_assign: "people", role_manage: "people",
  company_manage: "desk", category_manage: "desk", reply_manage: "desk", report_view: "desk", report_export: "desk", audit_view: "desk", settings_manage: "desk", webhook_manage: "desk",
};

export const ALL: readonly Permission[] = permissionValues;
export const inArea = (area: Area): Permission[] => ALL.filter((it) => AREA[it] === area);

const technician: readonly Permission[] = [
  "session_view", "session_open", "session_take", "session_release", "session_edit", "session_set_priority", "session_set_category", "session_log", "session_close", "session_reopen", "session_transfer", "session_move", "session_invite_technician", "chat_read", "chat_write", "chat_private", "attachment_read", "attachment_add",
  "remote_view", "remote_point", "remote_control", "remote_clipboard", "remote_files_send", "remote_files_fetch", "remote_screenshot", "remote_diagnose", "channel_view", "technician_view",
];
const notTheManager: readonly Permission[] = ["remote_admin", "remote_block", "recording_delete", "role_manage", "audit_view", "settings_manage", "webhook_manage"];

/** As the relay has them (`crates/desk/src/permission/roles.rs`); a system test compares the two. */
export const GIVES: Record<BuiltIn, readonly Permission[]> = {
  owner: ALL,
  technician_manager: ALL.filter((it) => !notTheManager.includes(it)),
  channel_manager: [
    ...technician, "session_release_others", "session_assign", "session_close_others", "session_transfer_others", "session_invite_expert", "session_supervise", "session_take_over", "remote_record", "recording_watch",
    "channel_configure", "channel_pause", "channel_members", "channel_rules", "channel_hours", "channel_links", "load_view", "technician_availability", "reply_manage", "report_view", "report_export",
  ],
  channel_technician: technician,
  auditor: ["session_view", "chat_read", "attachment_read", "recording_watch", "channel_view", "load_view", "technician_view", "report_view", "report_export", "audit_view"],
};
/** These two are that for the whole desk. */
export const onlyWholeDesk = (role: RoleName): boolean => role === "owner" || role === "technician_manager";

/** What a role gives before anything was settled singly. */
export const givenBy = (setup: Setup, role: RoleName): readonly Permission[] => (typeof role === "string" ? GIVES[role] : (setup.roles.find((it) => it.id === role.custom)?.setup.permissions ?? []));

/** May the person give this role there, or take it? Nobody gives what they do not have; the relay asks again. */
export function mayAssign(setup: Setup, role: RoleName, on: Scope, isOwner: boolean): boolean {
  const channel = on === "desk" ? undefined : on.channel;
  if (role === "owner" && !isOwner) return false;
  return may(setup, "role_assign", channel) && givenBy(setup, role).every((it) => may(setup, it, channel));
}
