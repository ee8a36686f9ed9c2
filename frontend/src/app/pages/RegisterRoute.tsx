import { useNavigate, useSearch } from "@tanstack/react-router";
import { RegisterPage } from "../../features/session/RegisterPage.tsx";

/** Make an account, openly or by an invitation's link. */
export function RegisterRoute() {
  const { invitation } = useSearch({ from: "/register" });
  const navigate = useNavigate();
  return (
    <RegisterPage
      invitation={invitation}
      onSignedIn={() => void navigate({ to: "/", replace: true })}
      onSignIn={() => void navigate({ to: "/sign-in", search: {} })}
    />
  );
}
