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
import { useSession } from "../../api/session.ts";
import { AccountPanel } from "../../features/session/AccountPanel.tsx";
import { DataExport } from "../../features/session/DataExport.tsx";
import { TokensPanel } from "../../features/session/TokensPanel.tsx";
import { SystemPanel } from "../../features/system/SystemPanel.tsx";
import { PageFrame } from "../../ui/PageFrame.tsx";
import { chooseLanguage, LANGUAGES, language, type Language, t } from "../../language/language.ts";

/** Account, tokens, appearance, and what is running; for admins, how it is going. */
export function SettingsRoute() {
  useDocumentTitle(`${t("Settings")} · Fiedler`);
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const isAdmin = useSession((session) => session.user?.role === "admin");
  const version = useQuery({
    queryKey: ["version"],
    queryFn: ({ signal }) => unwrap(client.GET("/api/v1/version", { signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <PageFrame title={t("Settings")} width={720}>
      <Stack gap="xl">
        <AccountPanel />
        <Divider />
        <TokensPanel />
        <Divider />
        <DataExport />
        <Divider />
        <Stack gap="sm">
          <Title order={2}>{t("Appearance")}</Title>
          <SegmentedControl
            aria-label={t("Theme")}
            value={colorScheme}
            onChange={(value) => setColorScheme(value as "light" | "dark" | "auto")}
            data={[
              { value: "light", label: t("Light") },
              { value: "dark", label: t("Dark") },
              { value: "auto", label: t("As the system") },
            ]}
          />
          <Text size="sm" c="dimmed">
            {t("The key T steps through the three from any page.")}
          </Text>
          <SegmentedControl
            aria-label={t("Language")}
            value={language}
            onChange={(value) => chooseLanguage(value as Language)}
            data={Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }))}
          />
        </Stack>
        {isAdmin && (
          <>
            <Divider />
            <SystemPanel />
          </>
        )}
        <Divider />
        <Stack gap={4}>
          <Title order={2}>{t("About")}</Title>
          <Text c="var(--fg2)">
            Fiedler {version.data ? version.data.version : ""} · {environmentName()}
          </Text>
        </Stack>
      </Stack>
    </PageFrame>
  );
}
