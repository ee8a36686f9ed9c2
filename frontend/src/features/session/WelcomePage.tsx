import { Button, Loader } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { claimLink } from "../../api/account.ts";
import { asProblem } from "../../api/problem.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionFrame } from "./SessionFrame.tsx";

interface WelcomePageProps {
  /** The one-time link's token; absent when the address was cut short. */
  token: string | undefined;
  /** Called when the visitor is signed in and wants to go on. */
  onDone: () => void;
  onSignIn: () => void;
}

/** Where the one-time link leads: signs the owner in, then offers to set a password. */
export function WelcomePage({ token, onDone, onSignIn }: WelcomePageProps) {
  useDocumentTitle("Welcome · Fiedler");
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
      <SessionFrame title="This link does not open the door">
        <ProblemAlert
          problem={
            claim.error
              ? asProblem(claim.error)
              : {
                  type: "about:blank",
                  title: "The link is incomplete",
                  status: 0,
                  detail: "The address has no token.",
                  code: "link_incomplete",
                  remedy: "Copy the whole link from the terminal, up to the end of the line.",
                }
          }
        >
          <Button onClick={onSignIn}>Sign in with a password</Button>
          <Button variant="default" onClick={onDone}>
            Go to the platform
          </Button>
        </ProblemAlert>
      </SessionFrame>
    );
  }
  if (!claim.data) {
    return (
      <SessionFrame title="Welcome">
        <div role="status">
          <Loader size="sm" color="gray" aria-hidden /> Signing you in…
        </div>
      </SessionFrame>
    );
  }
  return (
    <SessionFrame
      title={`Welcome, ${claim.data.username}`}
      lead="You are signed in. The link you used works only once, so set a password for the next time."
    >
      <PasswordForm hasPassword={false} onDone={onDone}>
        <Button variant="subtle" color="gray" onClick={onDone}>
          Not now
        </Button>
      </PasswordForm>
    </SessionFrame>
  );
}
