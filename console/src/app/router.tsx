/** Which address shows what. The session page and the invite page come as files of their own. */

import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";

import { queueSearch } from "@/features/queue/view";

import { CrashPage, NotFoundPage, Pending } from "./fallbacks";
import { Shell } from "./Shell";

const root = createRootRoute({ notFoundComponent: NotFoundPage, errorComponent: CrashPage });

const shell = createRoute({ getParentRoute: () => root, id: "shell", component: Shell });

export interface SettingsSearch {
  tab?: string | undefined;
  channel?: string | undefined;
}
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const queue = createRoute({
  getParentRoute: () => shell,
  path: "/",
  validateSearch: queueSearch,
  component: lazyRouteComponent(() => import("@/features/queue/QueuePage"), "QueuePage"),
});
const newSession = createRoute({ getParentRoute: () => shell, path: "/new", component: lazyRouteComponent(() => import("@/features/newsession/NewSessionPage"), "NewSessionPage") });
const code = createRoute({ getParentRoute: () => shell, path: "/code", component: lazyRouteComponent(() => import("@/features/code/CodePage"), "CodePage") });
const session = createRoute({ getParentRoute: () => shell, path: "/sessions/$id", validateSearch: (search: Record<string, unknown>): { tab?: string | undefined } => ({ tab: text(search["tab"]) }), component: lazyRouteComponent(() => import("@/features/session/SessionPage"), "SessionPage") });
const load = createRoute({ getParentRoute: () => shell, path: "/load", component: lazyRouteComponent(() => import("@/features/load/LoadPage"), "LoadPage") });
const settings = createRoute({ getParentRoute: () => shell, path: "/settings", component: lazyRouteComponent(() => import("@/features/settings"), "SettingsPage") });
const account = createRoute({ getParentRoute: () => shell, path: "/account", component: lazyRouteComponent(() => import("@/features/account"), "AccountLayout") });
const accountPages = [
  createRoute({ getParentRoute: () => account, path: "/", component: lazyRouteComponent(() => import("@/features/account"), "ProfilePage") }),
  createRoute({ getParentRoute: () => account, path: "/notifications", component: lazyRouteComponent(() => import("@/features/account"), "NotificationsPage") }),
] as const;
const settingsPages = [
  createRoute({ getParentRoute: () => settings, path: "/audit", component: lazyRouteComponent(() => import("@/features/settings"), "AuditPage") }),
  createRoute({ getParentRoute: () => settings, path: "/webhooks", component: lazyRouteComponent(() => import("@/features/settings"), "WebhooksPage") }),
  createRoute({ getParentRoute: () => settings, path: "/api-tokens", component: lazyRouteComponent(() => import("@/features/settings"), "TokensPage") }),
  createRoute({ getParentRoute: () => settings, path: "/", component: lazyRouteComponent(() => import("@/features/settings"), "FirstArea") }),
  createRoute({ getParentRoute: () => settings, path: "/$area", component: lazyRouteComponent(() => import("@/features/settings"), "AreaPage") }),
  createRoute({ getParentRoute: () => settings, path: "/$area/new", component: lazyRouteComponent(() => import("@/features/settings"), "NewPage") }),
  createRoute({ getParentRoute: () => settings, path: "/$area/$id", validateSearch: (search: Record<string, unknown>): SettingsSearch => ({ tab: text(search["tab"]), channel: text(search["channel"]) }), component: lazyRouteComponent(() => import("@/features/settings"), "ThingPage") }),
] as const;
const invite = createRoute({ getParentRoute: () => root, path: "/j/$id", component: lazyRouteComponent(() => import("@/features/invite/InvitePage"), "InvitePage") });
const call = createRoute({ getParentRoute: () => root, path: "/c/$id", component: lazyRouteComponent(() => import("@/features/call/CallPage"), "CallPage") });

export const router = createRouter({
  routeTree: root.addChildren([shell.addChildren([queue, newSession, code, load, session, account.addChildren([...accountPages]), settings.addChildren([...settingsPages])]), invite, call]),
  defaultPendingComponent: Pending,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** When *New session* was pressed: pressed again on its own page, it begins anew. */
    fresh?: number;
  }
}
