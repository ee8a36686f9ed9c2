import { Anchor, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { register } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { SessionFrame } from "./SessionFrame.tsx";
import { t } from "../../language/language.ts";

interface RegisterPageProps {
  /** The token of an admin's invitation; absent where registration is open. */
  invitation: string | undefined;
  onSignedIn: () => void;
  onSignIn: () => void;
}

/** Make an account, and be signed in with it. */
export function RegisterPage({ invitation, onSignedIn, onSignIn }: RegisterPageProps) {
  useDocumentTitle(`${t("Make an account")} · Fiedler`);
  const [username, setUsername] = useState("");
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const attempt = useMutation({
    mutationFn: () =>
      register({ username: username.trim(), email: email.trim(), password, invitation }),
    onSuccess: onSignedIn,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    attempt.mutate();
  };
  return (
    <SessionFrame
      title={t("Make an account")}
      lead={invitation && t("You were invited; the invitation makes one account.")}
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t("User name")}
            autoComplete="username"
            required
            withAsterisk={false}
            value={username}
            onChange={(event) => setUsername(event.currentTarget.value)}
          />
          <TextInput
            label={t("E-mail")}
            type="email"
            autoComplete="email"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("Password")}
            description={t("At least 8 characters; a sentence is easiest to remember.")}
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={8}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {attempt.error && <ProblemAlert problem={asProblem(attempt.error)} />}
          <Button type="submit" loading={attempt.isPending}>
            {t("Make the account")}
          </Button>
        </Stack>
      </form>
      <Anchor component="button" type="button" ta="left" onClick={onSignIn}>
        {t("I have an account")}
      </Anchor>
    </SessionFrame>
  );
}
