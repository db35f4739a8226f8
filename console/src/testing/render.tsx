/** For tests of pages: a page under its address, with everything around it that a page needs, in English. */

import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRoute, createRouter, RouterProvider } from "@tanstack/react-router";
import { render, screen } from "@testing-library/react";
import type { ReactNode } from "react";

import { cache } from "@/api";
import { startLanguage } from "@/i18n";
import { UiProvider } from "@/ui";

/** The page's addresses are the product's: `/` below the shell, and a place that shows which session was opened. */
export async function renderPage(Page: () => ReactNode, address = "/"): Promise<void> {
  await startLanguage();
  const root = createRootRoute();
  const shell = createRoute({ getParentRoute: () => root, id: "shell" });
  const page = createRoute({ getParentRoute: () => shell, path: "/", component: Page, validateSearch: (search: Record<string, unknown>) => search });
  const session = createRoute({ getParentRoute: () => shell, path: "/sessions/$id", component: Opened });
  function Opened() {
    return <output data-testid="opened">{session.useParams().id}</output>;
  }
  const router = createRouter({ routeTree: root.addChildren([shell.addChildren([page, session])]), history: createMemoryHistory({ initialEntries: [address] }) });
  render(
    <QueryClientProvider client={cache}>
      <UiProvider>
        <div data-testid="page">
          <RouterProvider router={router as never} />
        </div>
      </UiProvider>
    </QueryClientProvider>,
  );
  await screen.findByTestId("page");
  await router.load();
}
