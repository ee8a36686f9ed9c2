import { Alert, Button, Code, CopyButton, Group, Stack, Text } from "@mantine/core";
import { t } from "../language/language.ts";

interface ShownOnceProps {
  title: string;
  /** The secret itself. */
  value: string;
  /** What to do with it. */
  children: string;
}

/** A secret that the service keeps no copy of: to be copied now. */
export function ShownOnce({ title, value, children }: ShownOnceProps) {
  return (
    <Alert variant="light" title={title} role="status">
      <Stack gap={8}>
        <Text>{t("{children} It is not shown again.", { children })}</Text>
        <Group gap={8} wrap="nowrap" align="flex-start">
          <Code style={{ overflowWrap: "anywhere" }}>{value}</Code>
          <CopyButton value={value}>
            {({ copied, copy }) => (
              <Button variant="default" size="xs" flex="none" onClick={copy}>
                {copied ? t("Copied") : t("Copy")}
              </Button>
            )}
          </CopyButton>
        </Group>
      </Stack>
    </Alert>
  );
}
