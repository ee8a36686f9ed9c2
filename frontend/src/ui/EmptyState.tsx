import { Center, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";

interface EmptyStateProps {
  title: string;
  /** Why there is nothing yet and what would fill this place. */
  children?: ReactNode;
  icon?: ReactNode;
  /** 1 where this is the whole page, 2 within one. */
  level?: 1 | 2;
  /** Buttons or links that lead on. */
  actions?: ReactNode;
}

/** A place that holds nothing yet: says so, says why, and leads on. */
export function EmptyState({ title, children, icon, level = 2, actions }: EmptyStateProps) {
  return (
    <Center mih={220} p="xl">
      <Stack align="center" gap="sm" maw={460}>
        {icon && <span style={{ color: "var(--fg3)" }}>{icon}</span>}
        <Title order={level} size="h2" ta="center">
          {title}
        </Title>
        {children && (
          <Text component="div" ta="center" c="var(--fg2)">
            {children}
          </Text>
        )}
        {actions}
      </Stack>
    </Center>
  );
}
