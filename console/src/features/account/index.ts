export { AccountLayout } from "./AccountLayout";
export { NotificationsPage } from "./NotificationsPage";
export { ProfilePage } from "./ProfilePage";
