import { Box, Center, Loader } from "@mantine/core";
import { useRouter } from "@tanstack/react-router";
import { asProblem } from "../api/problem.ts";
import { EmptyState } from "../ui/EmptyState.tsx";
import { ButtonLink } from "../ui/links.tsx";
import { ProblemAlert } from "../ui/ProblemAlert.tsx";
import { t } from "../language/language.ts";

/** While a page's code or session is on the way. */
export function PagePending() {
  return (
    <Center h="100%" mih={200} role="status" aria-label={t("Loading")}>
      <Loader size="sm" color="gray" />
    </Center>
  );
}

/** A page that could not be shown. */
export function PageFailure({ error, reset }: { error: unknown; reset: () => void }) {
  const router = useRouter();
  return (
    <Box p="xl" maw={680} mx="auto">
      <ProblemAlert
        problem={asProblem(error)}
        onRetry={() => {
          reset();
          void router.invalidate();
        }}
      />
    </Box>
  );
}

/** An address that leads nowhere. */
export function PageMissing() {
  return (
    <EmptyState
      level={1}
      title={t("There is no such page")}
      actions={<ButtonLink to="/">{t("Go to Data")}</ButtonLink>}
    >
      {t("The address may be mistyped, or what it named was deleted.")}
    </EmptyState>
  );
}
