import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { signIn, signInOptionsQuery } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { SessionFrame } from "./SessionFrame.tsx";

interface SignInPageProps {
  /** Leads on to where the visitor wanted to go. */
  onSignedIn: () => void;
  onRegister: () => void;
}

/** Sign in by name and password. */
export function SignInPage({ onSignedIn, onRegister }: SignInPageProps) {
  useDocumentTitle("Sign in · Fiedler");
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const options = useQuery(signInOptionsQuery);
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
      {options.data?.registration === "open" && (
        <Anchor component="button" type="button" ta="left" onClick={onRegister}>
          Make an account
        </Anchor>
      )}
      <Text size="sm" c="dimmed">
        No password yet? On your own machine, the platform prints a one-time link in the terminal
        when it starts. On a shared server, an admin has a link for you.
      </Text>
    </SessionFrame>
  );
}
