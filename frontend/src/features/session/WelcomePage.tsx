import { Button, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { claimLink } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionFrame } from "./SessionFrame.tsx";
import { t } from "../../language/language.ts";

interface WelcomePageProps {
  /** The one-time link's token; absent when the address was cut short. */
  token: string | undefined;
  /** Called when the visitor is signed in and wants to go on. */
  onDone: () => void;
  onSignIn: () => void;
}

/** Where the one-time link leads: signs the owner in, then offers to set a password. */
export function WelcomePage({ token, onDone, onSignIn }: WelcomePageProps) {
  useDocumentTitle(`${t("Welcome")} · Fiedler`);
  // A query, not a mutation in an effect: it is asked once however often React mounts the page.
  const claim = useQuery({
    queryKey: ["claim", token],
    queryFn: () => claimLink(token ?? ""),
    enabled: token !== undefined,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
  const hasPassword = claim.data?.has_password ?? false;
  useEffect(() => {
    if (hasPassword) onDone();
  }, [hasPassword, onDone]);

  if (!token || claim.error) {
    return (
      <SessionFrame title={t("This link does not open the door")}>
        <ProblemAlert
          problem={
            claim.error
              ? asProblem(claim.error)
              : {
                  type: "about:blank",
                  title: t("The link is incomplete"),
                  status: 0,
                  detail: t("The address has no token."),
                  code: "link_incomplete",
                  remedy: t("Copy the whole link from the terminal, up to the end of the line."),
                }
          }
        >
          <Button onClick={onSignIn}>{t("Sign in with a password")}</Button>
          <Button variant="default" onClick={onDone}>
            {t("Go to the platform")}
          </Button>
        </ProblemAlert>
      </SessionFrame>
    );
  }
  if (!claim.data) {
    return (
      <SessionFrame title={t("Welcome")}>
        <div role="status">
          <Loader size="sm" color="gray" aria-hidden /> {t("Signing you in…")}
        </div>
      </SessionFrame>
    );
  }
  return (
    <SessionFrame
      title={t("Welcome, {username}", { username: claim.data.username })}
      lead={t(
        "You are signed in. The link you used works only once, so set a password for the next time.",
      )}
    >
      <PasswordForm hasPassword={false} onDone={onDone}>
        <Button variant="subtle" color="gray" onClick={onDone}>
          {t("Not now")}
        </Button>
      </PasswordForm>
    </SessionFrame>
  );
}
