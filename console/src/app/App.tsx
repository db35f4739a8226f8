import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { UiProvider } from "@/ui";

import { router } from "./router";

const client = new QueryClient({ defaultOptions: { queries: { refetchOnWindowFocus: true, staleTime: 5000 } } });

export function App() {
  return (
    <QueryClientProvider client={client}>
      <UiProvider>
        <RouterProvider router={router} />
      </UiProvider>
    </QueryClientProvider>
  );
}
