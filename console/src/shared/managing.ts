/** Who finds something in the settings. */

import { mayAnywhere, type Permission, type Setup } from "@/api";

const MANAGING = [
  "channel_create", "channel_configure", "channel_delete", "channel_pause", "channel_members", "channel_rules", "channel_hours", "technician_manage", "group_manage", "role_assign", "role_manage", "company_manage", "category_manage", "reply_manage", "settings_manage", "audit_view", "webhook_manage",
] as const satisfies readonly Permission[];

export const mayManage = (setup: Setup | undefined): boolean => MANAGING.some((permission) => mayAnywhere(setup, permission));
