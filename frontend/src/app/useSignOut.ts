import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { signOut } from "../api/account.ts";
import { asProblem } from "../api/problem.ts";
import { t } from "../language/language.ts";

/** Signs out, and says when only this page knows of it. */
export function useSignOut(): () => Promise<void> {
  const queryClient = useQueryClient();
  return async () => {
    await signOut().catch((error: unknown) =>
      notifications.show({
        color: "red",
        title: t("The server did not confirm the sign-out"),
        message: t("{detail} A reload may sign you in again; then sign out once more.", {
          detail: asProblem(error).detail,
        }),
      }),
    );
    queryClient.clear();
  };
}
