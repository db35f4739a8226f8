import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";

import { cache } from "@/api";
import { UiProvider } from "@/ui";

import { router } from "./router";

export function App() {
  return (
    <QueryClientProvider client={cache}>
      <UiProvider>
        <RouterProvider router={router} />
      </UiProvider>
    </QueryClientProvider>
  );
}
