import { ActionIcon, Menu, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { signOut } from "../api/account.ts";
import { asProblem } from "../api/problem.ts";
import { useSession } from "../api/session.ts";
import { UserIcon } from "../ui/icons.tsx";
import { openKeyList } from "./KeyList.tsx";
import { t } from "../language/language.ts";

/** Who is signed in, the way to the password, and the way out. */
export function UserMenu() {
  const user = useSession((session) => session.user);
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const leave = async () => {
    await signOut().catch((error: unknown) =>
      notifications.show({
        color: "red",
        title: t("The server did not confirm the sign-out"),
        message: t("{detail} A reload may sign you in again; then sign out once more.", {
          detail: asProblem(error).detail,
        }),
      }),
    );
    queryClient.clear();
  };
  return (
    // The header never scrolls out of sight; where nothing is laid out, in tests, all seems hidden at times.
    <Menu
      position="bottom-end"
      width={220}
      hideDetached={false}
      opened={opened}
      onChange={setOpened}
    >
      <Menu.Target>
        <Tooltip label={t("Your account")} disabled={opened}>
          <ActionIcon aria-label={t("Your account")}>
            <UserIcon />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {user && (
          <Menu.Label>
            <Text fw={600} c="var(--fg)" truncate>
              {user.username}
            </Text>
            {user.email && (
              <Text size="sm" truncate>
                {user.email}
              </Text>
            )}
          </Menu.Label>
        )}
        <Menu.Item onClick={() => void navigate({ to: "/settings" })}>
          {user?.has_password ? t("Change password") : t("Set a password")}
        </Menu.Item>
        <Menu.Item onClick={openKeyList} rightSection="?">
          {t("Keys")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{t("Sign out")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
