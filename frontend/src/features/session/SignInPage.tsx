import { Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { signIn } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { SessionFrame } from "./SessionFrame.tsx";

/** Sign in by name and password; `onSignedIn` leads on to where the visitor wanted to go. */
export function SignInPage({ onSignedIn }: { onSignedIn: () => void }) {
  useDocumentTitle("Sign in · Fiedler");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () => signIn(username.trim(), password),
    onSuccess: onSignedIn,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <SessionFrame title="Sign in" lead="Interactive spectral clustering of your tables.">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label="User name or e-mail"
            autoComplete="username"
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {attempt.error && <ProblemAlert problem={asProblem(attempt.error)} />}
          <Button type="submit" loading={attempt.isPending}>
            Sign in
          </Button>
        </Stack>
      </form>
      <Text size="sm" c="dimmed">
        No password yet? The platform prints a one-time link in the terminal when it starts; open it
        in this browser.
      </Text>
    </SessionFrame>
  );
}
