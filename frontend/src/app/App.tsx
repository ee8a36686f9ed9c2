import "@fontsource-variable/inter";
import "@fontsource-variable/jetbrains-mono";
import "../ui/mantine.css";
import "../ui/base.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { LiveProvider } from "../api/liveProvider.tsx";
import { followSignOut } from "../api/session.ts";
import { colorSchemeManager, cssVariables, theme } from "../ui/theme.ts";
import { createQueryClient } from "./queryClient.ts";
import { createAppRouter } from "./router.tsx";

/** The whole page: theme, server state, live channel, routes. */
export function App() {
  const [queryClient] = useState(createQueryClient);
  const [router] = useState(() => createAppRouter(queryClient));
  useEffect(() => followSignOut(() => queryClient.clear()), [queryClient]);
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <QueryClientProvider client={queryClient}>
        <LiveProvider>
          <Notifications position="bottom-right" />
          <RouterProvider router={router} />
        </LiveProvider>
      </QueryClientProvider>
    </MantineProvider>
  );
}
