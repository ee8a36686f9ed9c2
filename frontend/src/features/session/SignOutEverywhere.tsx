import { Button, Stack, Text, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { signOutEverywhere } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";

/** Ends the account's sessions in all browsers, for whoever left one signed in somewhere. */
export function SignOutEverywhere() {
  const queryClient = useQueryClient();
  const leave = useMutation({
    mutationFn: signOutEverywhere,
    onSuccess: () => queryClient.clear(),
  });
  return (
    <Stack gap="sm" align="flex-start">
      <Title order={3}>Sessions</Title>
      <Text c="var(--fg2)">
        If you left a browser signed in that others can reach, end all sessions, this one too.
      </Text>
      <Button variant="default" loading={leave.isPending} onClick={() => leave.mutate()}>
        Sign out everywhere
      </Button>
      {leave.error && <ProblemAlert problem={asProblem(leave.error)} />}
    </Stack>
  );
}
