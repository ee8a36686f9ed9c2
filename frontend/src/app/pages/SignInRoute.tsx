import { useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { SignInPage } from "../../features/session/SignInPage.tsx";

/** Sign in, then on to the address the visitor came for. */
export function SignInRoute() {
  const { to, problem } = useSearch({ from: "/sign-in" });
  const router = useRouter();
  const navigate = useNavigate();
  return (
    <SignInPage
      to={to}
      problem={problem}
      onSignedIn={() => {
        if (to) router.history.push(to);
        else void navigate({ to: "/" });
      }}
      onRegister={() => void navigate({ to: "/register", search: {} })}
    />
  );
}
