import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import { WelcomePage } from "../../features/session/WelcomePage.tsx";

/** The one-time link's target; the token leaves the address as soon as it is used. */
export function WelcomeRoute() {
  const { token } = useSearch({ from: "/welcome" });
  const navigate = useNavigate();
  const enter = useCallback(() => void navigate({ to: "/", replace: true }), [navigate]);
  return (
    <WelcomePage
      token={token}
      onDone={enter}
      onSignIn={() => void navigate({ to: "/sign-in", search: {}, replace: true })}
    />
  );
}
