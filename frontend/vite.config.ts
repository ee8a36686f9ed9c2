import react from "@vitejs/plugin-react";
import { loadEnv } from "vite";
import { defineConfig } from "vitest/config";

export default defineConfig(({ mode }) => {
  const environment = loadEnv(mode, process.cwd(), "VITE_");
  const api = environment.VITE_API_BASE_URL || "http://localhost:8000";
  return {
    plugins: [react()],
    server: {
      port: 3000,
      strictPort: true,
      proxy: {
        "/api": { target: api, changeOrigin: false },
        "/health": { target: api, changeOrigin: false },
        "/ws": { target: environment.VITE_WS_URL?.replace(/\/ws$/, "") || api, ws: true },
      },
    },
    build: {
      target: "es2022",
      sourcemap: false,
      chunkSizeWarningLimit: 900,
      rolldownOptions: {
        output: {
          codeSplitting: {
            groups: [
              {
                name: "charts",
                test: /[\\/]src[\\/]charts[\\/]/,
                priority: 2,
              },
              {
                name: "arrow",
                test: /node_modules[\\/]@uwdata[\\/]flechette[\\/]/,
                priority: 2,
              },
              {
                // What every page needs. Libraries of one page stay with that page's chunk.
                name: "vendor",
                test: /node_modules[\\/](react|react-dom|scheduler|@tanstack[\\/](react-query|query-core|react-router|router-core|history|react-store|store)|openapi-fetch|zustand|clsx|seroval[a-z-]*)[\\/]/,
                priority: 1,
              },
            ],
          },
        },
      },
    },
    test: {
      environment: "jsdom",
      setupFiles: ["./src/setup.vitest.ts"],
      include: ["src/**/*.test.{ts,tsx}"],
      // A busy machine is slow, not wrong.
      testTimeout: 20_000,
      // Tests run where there is no browser, and would be given its half for Node.
      alias: { "tus-js-client": "tus-js-client/lib.esm/browser/index.js" },
      server: { deps: { inline: ["tus-js-client"] } },
      restoreMocks: true,
      unstubGlobals: true,
    },
  };
});
