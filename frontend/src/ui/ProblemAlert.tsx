import { Alert, Button, Code, CopyButton, Group, List, Stack, Text } from "@mantine/core";
import type { ReactNode } from "react";
import type { Problem } from "../api/problem.ts";
import { WarningIcon } from "./icons.tsx";
import { t } from "../language/language.ts";

interface ProblemAlertProps {
  problem: Problem;
  /** Tries the failed thing again. */
  onRetry?: () => void;
  /** Further ways to go on, as buttons. */
  children?: ReactNode;
}

/** A failure in full: what happened, what to try, and what to quote when asking for help. */
export function ProblemAlert({ problem, onRetry, children }: ProblemAlertProps) {
  const remedy = problem.remedy;
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      icon={<WarningIcon size={18} />}
      title={problem.title}
      styles={{
        root: { background: "var(--bad-soft)" },
        title: { color: "var(--bad)" },
        icon: { color: "var(--bad)" },
        message: { color: "var(--fg)" },
      }}
    >
      <Stack gap={8}>
        <Text>{problem.detail}</Text>
        {problem.errors && problem.errors.length > 0 && (
          <List size="sm" spacing={2}>
            {problem.errors.map((field) => (
              <List.Item key={`${field.pointer} ${field.detail}`}>
                <Code>{field.pointer}</Code> {field.detail}
              </List.Item>
            ))}
          </List>
        )}
        {remedy && (
          <Text>
            <strong>{t("What to try:")}</strong> {remedy}
          </Text>
        )}
        {(onRetry || children) && (
          <Group gap={8}>
            {onRetry && (
              <Button variant="default" onClick={onRetry}>
                {t("Try again")}
              </Button>
            )}
            {children}
          </Group>
        )}
        <Reference problem={problem} />
      </Stack>
    </Alert>
  );
}

function Reference({ problem }: { problem: Problem }) {
  const reference = problem.request_id
    ? `${problem.code} · request ${problem.request_id}`
    : problem.code;
  return (
    <Group gap={8}>
      <Text size="sm" c="var(--fg2)" ff="monospace">
        {reference}
      </Text>
      <CopyButton value={reference}>
        {({ copied, copy }) => (
          <Button variant="subtle" color="gray" size="xs" onClick={copy}>
            {copied ? t("Copied") : t("Copy")}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
