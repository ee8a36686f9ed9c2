import { Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { useSession } from "../../api/session.ts";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionsPanel } from "./SessionsPanel.tsx";
import { t } from "../../language/language.ts";

/** The account in Settings: who it is, and its password. */
export function AccountPanel() {
  const user = useSession((session) => session.user);
  const [saved, setSaved] = useState(false);
  if (!user) return null;
  return (
    <Stack gap="md">
      <div>
        <Title order={2}>{t("Account")}</Title>
        <Text c="var(--fg2)">
          {[user.username, user.email, user.role].filter(Boolean).join(" · ")}
        </Text>
      </div>
      <Title order={3}>{user.has_password ? t("Change the password") : t("Set a password")}</Title>
      <PasswordForm hasPassword={user.has_password} onDone={() => setSaved(true)} />
      <Text role="status" c="var(--ok)">
        {saved && t("The password is saved.")}
      </Text>
      <SessionsPanel />
    </Stack>
  );
}
