export { AreaPage, NewPage, ThingPage } from "./AreaPages";
export { FirstArea, SettingsPage } from "./SettingsPage";
export { AuditPage } from "./AuditPage";
export { WebhooksPage } from "./webhooks/WebhooksPage";
export { TokensPage } from "./TokensPage";
