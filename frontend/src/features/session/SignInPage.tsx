import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { providerAddress, signIn, signInOptionsQuery } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { providerProblem } from "./providerProblem.ts";
import { SessionFrame } from "./SessionFrame.tsx";
import { t } from "../../language/language.ts";

interface SignInPageProps {
  /** Leads on to where the visitor wanted to go. */
  onSignedIn: () => void;
  onRegister: () => void;
  /** Where the visitor wanted to go, for a sign-in that leads over another site. */
  to?: string | undefined;
  /** The code with which such a sign-in came back in vain. */
  problem?: string | undefined;
}

/** Sign in by name and password, or by the provider where there is one. */
export function SignInPage({ onSignedIn, onRegister, to, problem }: SignInPageProps) {
  useDocumentTitle(`${t("Sign in")} · Fiedler`);
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
    <SessionFrame title={t("Sign in")} lead={t("Interactive spectral clustering of your tables.")}>
      {problem && <ProblemAlert problem={providerProblem(problem)} />}
      {options.data?.provider && (
        <Button component="a" variant="default" href={providerAddress(to)}>
          {t("Sign in with {provider}", { provider: options.data.provider })}
        </Button>
      )}
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t("User name or e-mail")}
            autoComplete="username"
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Password")}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {attempt.error && <ProblemAlert problem={asProblem(attempt.error)} />}
          <Button type="submit" loading={attempt.isPending}>
            {t("Sign in")}
          </Button>
        </Stack>
      </form>
      {options.data?.registration === "open" && (
        <Anchor component="button" type="button" ta="left" onClick={onRegister}>
          {t("Make an account")}
        </Anchor>
      )}
      <Text size="sm" c="dimmed">
        {t(
          "No password yet? On your own machine, the platform prints a one-time link in the terminal when it starts. On a shared server, an admin has a link for you.",
        )}
      </Text>
    </SessionFrame>
  );
}
