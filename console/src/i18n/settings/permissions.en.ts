import type { PermissionWords } from "../words";

/** A permission without words does not compile. */
export const permissions = {
  session_view: "See sessions", session_open: "Open a session by link or code", session_take: "Take a waiting session", session_release: "Give an own session back", session_release_others: "Give back a session that somebody else holds",
  session_assign: "Give a session to another technician", session_edit: "Change a session’s title, person and form", session_set_priority: "Set the priority", session_set_category: "Set the category", session_log: "Write into the work log",
  session_close: "Close an own session", session_close_others: "Close a session that somebody else holds", session_reopen: "Reopen a closed session", session_transfer: "Offer an own session to somebody else", session_transfer_others: "Transfer a session that somebody else holds",
  session_move: "Move a session to another channel", session_invite_technician: "Invite technicians to an own session", session_invite_expert: "Invite an outside expert to an own session", session_supervise: "Look into a session that somebody else holds", session_take_over: "Take a session over from its owner",
  chat_read: "Read a session’s messages", chat_write: "Write to the person", chat_private: "Write among technicians", attachment_read: "Open a session’s files and pictures", attachment_add: "Add files and pictures to a session",
  remote_view: "Ask to see the screen", remote_point: "Ask to point and draw on the screen", remote_control: "Ask to control mouse and keyboard", remote_clipboard: "Ask to share the clipboard", remote_files_send: "Ask to send files to the computer", remote_files_fetch: "Ask to fetch files from the computer",
  remote_screenshot: "Take a screenshot into the session", remote_diagnose: "Ask to run diagnostics", remote_record: "Ask to record", remote_admin: "Ask to work as administrator", remote_block: "Block the person’s input or blank their screen",
  recording_watch: "Watch recordings", recording_delete: "Delete recordings",
  channel_view: "See a channel and its settings", channel_create: "Create channels", channel_configure: "Change a channel’s settings and form", channel_delete: "Delete a channel", channel_pause: "Pause and resume a channel", channel_members: "Add groups and technicians to a channel, and remove them",
  channel_rules: "Change routing and fallback", channel_hours: "Change hours, holidays and targets", channel_links: "Make, pause and delete SOS Call links", load_view: "See the live load",
  technician_view: "See technicians and their availability", technician_manage: "Create, change and disable technicians", technician_availability: "Set somebody else’s availability", group_manage: "Create, change and delete groups and skills", role_assign: "Give roles to technicians, and take them", role_manage: "Make roles, and allow or deny single permissions",
  company_manage: "Create and change companies, and who sees them", category_manage: "Create and change categories", reply_manage: "Create and change canned replies", report_view: "See reports", report_export: "Export reports and lists", audit_view: "Read and verify the audit log",
  settings_manage: "Change the relay’s settings and keys", webhook_manage: "Create and change webhooks and API keys",
} satisfies PermissionWords;
