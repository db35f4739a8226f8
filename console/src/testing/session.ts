import type { Session } from "@/api";

/** A session as the relay sends one; `more` says what the test is about. */
export const aSession = (more: Partial<Session> = {}): Session => ({
  id: "s", number: 1, version: 1, state: "waiting", reach: "program", program: "away", mode: "link", channel: "c", priority: "normal", created_at: 0, changed_at: 0, changed_infrastructure: false,
  chat: { newest: 0, end_user_got: 0, end_user_saw: 0, desk_saw: 0 }, ...more,
});
