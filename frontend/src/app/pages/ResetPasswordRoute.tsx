import { useNavigate, useSearch } from "@tanstack/react-router";
import { ResetPasswordPage } from "../../features/session/ResetPasswordPage.tsx";

/** The target of an admin's link for a lost password; the token leaves the address once it is used. */
export function ResetPasswordRoute() {
  const { token } = useSearch({ from: "/reset-password" });
  const navigate = useNavigate();
  return (
    <ResetPasswordPage
      token={token}
      onDone={() => void navigate({ to: "/", replace: true })}
      onSignIn={() => void navigate({ to: "/sign-in", search: {}, replace: true })}
    />
  );
}
