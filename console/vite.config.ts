import react from "@vitejs/plugin-react";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Where `npm run dev` finds the relay (or the mock server). */
const relay = process.env["PONTE_RELAY"] ?? "http://127.0.0.1:8088";

export default defineConfig({
  plugins: [react()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    target: "es2023",
    // The relay's content security policy forbids inline scripts and data: scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  // A file of its own, as the policy wants it.
  worker: { format: "es" },
  server: {
    proxy: { "/api": { target: relay, ws: true }, "/dl": { target: relay } },
  },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"] },
});
