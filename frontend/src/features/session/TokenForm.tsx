import { Button, Checkbox, Group, NativeSelect, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { Scope } from "../../api/contract.ts";
import { makePersonalToken } from "../../api/personalTokens.ts";
import { asProblem } from "../../api/problem.ts";
import { useSession } from "../../api/session.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { t } from "../../language/language.ts";

const SCOPES: { value: Scope; label: string }[] = [
  { value: "read", label: t("Read: tables, runs, clusters") },
  { value: "write", label: t("Write: upload, cluster, edit, delete") },
  { value: "admin", label: t("Admin: manage accounts") },
];
const DAYS = [7, 30, 90, 366];

/** Makes a token; hands it on to be shown once. */
export function TokenForm({ onMade }: { onMade: (token: string) => void }) {
  const isAdmin = useSession((session) => session.user?.role === "admin");
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<string[]>(["read"]);
  const [days, setDays] = useState("90");
  const make = useMutation({
    mutationFn: () => makePersonalToken(name.trim(), scopes as Scope[], Number(days)),
    onSuccess: (made) => {
      setName("");
      onMade(made.token);
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    make.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <TextInput
          label={t("What the token is for")}
          maxLength={100}
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Checkbox.Group label={t("It may")} value={scopes} onChange={setScopes}>
          <Stack gap={6} mt={4}>
            {SCOPES.filter(({ value }) => isAdmin || value !== "admin").map((scope) => (
              <Checkbox key={scope.value} value={scope.value} label={scope.label} />
            ))}
          </Stack>
        </Checkbox.Group>
        <NativeSelect
          label={t("It expires after")}
          w={160}
          data={DAYS.map((count) => ({
            value: String(count),
            label: count === 366 ? t("a year") : t("{count} days", { count }),
          }))}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
        />
        {make.error && <ProblemAlert problem={asProblem(make.error)} />}
        <Group>
          <Button
            type="submit"
            variant="default"
            loading={make.isPending}
            disabled={scopes.length === 0}
          >
            {t("Make a token")}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
