import { ActionIcon, Menu, Text, Tooltip } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useSession } from "../api/session.ts";
import { UserIcon } from "../ui/icons.tsx";
import { openCommandBar } from "./CommandBarKey.tsx";
import { openKeyList } from "./KeyList.tsx";
import { startTour } from "./tour/tourState.ts";
import { useSignOut } from "./useSignOut.ts";
import { t } from "../language/language.ts";

/** Who is signed in, the way to the password, and the way out. */
export function UserMenu() {
  const user = useSession((session) => session.user);
  const [opened, setOpened] = useState(false);
  const navigate = useNavigate();
  const leave = useSignOut();
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
        <Menu.Item onClick={openCommandBar} rightSection="Ctrl+K">
          {t("Commands")}
        </Menu.Item>
        <Menu.Item onClick={startTour}>{t("The tour of Explore")}</Menu.Item>
        <Menu.Item onClick={openKeyList} rightSection="?">
          {t("Keys")}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{t("Sign out")}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
