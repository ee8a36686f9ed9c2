import { Button, Group, PasswordInput, Stack, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { setPassword } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { t } from "../../language/language.ts";

const SHORTEST_PASSWORD = 8;

interface PasswordFormProps {
  /** Whether the present password has to be given first. */
  hasPassword: boolean;
  onDone: () => void;
  /** Keeps the new password; by default as that of the signed-in user. */
  keep?: (newPassword: string, currentPassword?: string) => Promise<void>;
  /** Stands beside the submit button, e.g. a way to skip. */
  children?: ReactNode;
}

/** Sets the first password, or changes the present one. */
export function PasswordForm({
  hasPassword,
  onDone,
  keep = setPassword,
  children,
}: PasswordFormProps) {
  const [current, setCurrent] = useState("");
  const [password, setNewPassword] = useState("");
  const [repeated, setRepeated] = useState("");
  const [complaint, setComplaint] = useState<"short" | "different" | null>(null);
  const save = useMutation({
    mutationFn: () => keep(password, hasPassword ? current : undefined),
    onSuccess: () => {
      setCurrent("");
      setNewPassword("");
      setRepeated("");
      onDone();
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found =
      password.length < SHORTEST_PASSWORD ? "short" : password !== repeated ? "different" : null;
    setComplaint(found);
    if (!found) save.mutate();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {hasPassword && (
          <PasswordInput
            label={t("Current password")}
            autoComplete="current-password"
            value={current}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={t("New password")}
          description={t(
            "At least {SHORTEST_PASSWORD} characters; a sentence is easiest to remember.",
            { SHORTEST_PASSWORD },
          )}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setNewPassword(event.currentTarget.value)}
          error={
            complaint === "short" &&
            t(
              "The password has {passwordCount} characters; at least {SHORTEST_PASSWORD} are needed.",
              { passwordCount: password.length, SHORTEST_PASSWORD },
            )
          }
        />
        <PasswordInput
          label={t("New password again")}
          autoComplete="new-password"
          value={repeated}
          onChange={(event) => setRepeated(event.currentTarget.value)}
          error={
            complaint === "different" && t("The two passwords differ; type the same one twice.")
          }
        />
        {save.error && <ProblemAlert problem={asProblem(save.error)} />}
        <Group gap="sm">
          <Button type="submit" loading={save.isPending}>
            {hasPassword ? t("Change password") : t("Set password")}
          </Button>
          {children}
        </Group>
        {!hasPassword && (
          <Text size="sm" c="dimmed">
            {t("With a password you can sign in from any browser that reaches this address.")}
          </Text>
        )}
      </Stack>
    </form>
  );
}
