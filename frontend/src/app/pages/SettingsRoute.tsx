import {
  Divider,
  SegmentedControl,
  Stack,
  Text,
  Title,
  useMantineColorScheme,
} from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { client, unwrap } from "../../api/client.ts";
import { environmentName } from "../../api/environment.ts";
import { AccountPanel } from "../../features/session/AccountPanel.tsx";
import { TokensPanel } from "../../features/session/TokensPanel.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";

/** Account, tokens, appearance, and what is running. */
export function SettingsRoute() {
  useDocumentTitle("Settings · Fiedler");
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const version = useQuery({
    queryKey: ["version"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/version", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <PageFrame title="Settings" width={720}>
      <Stack gap="xl">
        <AccountPanel />
        <Divider />
        <TokensPanel />
        <Divider />
        <Stack gap="sm">
          <Title order={2}>Appearance</Title>
          <SegmentedControl
            aria-label="Theme"
            value={colorScheme}
            onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
            data={[
              { value: "light", label: "Light" },
              { value: "dark", label: "Dark" },
              { value: "auto", label: "As the system" },
            ]}
          />
          <Text size="sm" c="dimmed">
            The key T steps through the three from any page.
          </Text>
        </Stack>
        <Divider />
        <Stack gap={4}>
          <Title order={2}>About</Title>
          <Text c="var(--fg2)">
            Fiedler {version.data ? version.data.version : ""} · {environmentName()}
          </Text>
        </Stack>
      </Stack>
    </PageFrame>
  );
}
