import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { resetPassword } from "../../api/account.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionFrame } from "./SessionFrame.tsx";

interface ResetPasswordPageProps {
  /** The token of an admin's link; absent when the address was cut short. */
  token: string | undefined;
  onDone: () => void;
  onSignIn: () => void;
}

/** Where an admin's link for a lost password leads: a new password, and in. */
export function ResetPasswordPage({ token, onDone, onSignIn }: ResetPasswordPageProps) {
  useDocumentTitle("New password · Fiedler");
  if (token === undefined) {
    return (
      <SessionFrame title="This link does not open the door">
        <ProblemAlert
          problem={{
            type: "about:blank",
            title: "The link is incomplete",
            status: 0,
            detail: "The address has no token.",
            code: "link_incomplete",
            remedy: "Copy the whole link as the admin gave it, or ask for another.",
          }}
        >
          <Button onClick={onSignIn}>Sign in with a password</Button>
        </ProblemAlert>
      </SessionFrame>
    );
  }
  return (
    <SessionFrame
      title="Set a new password"
      lead="It replaces the old one, and ends every session that is open elsewhere."
    >
      <PasswordForm
        hasPassword={false}
        keep={(password) => resetPassword(token, password)}
        onDone={onDone}
      />
    </SessionFrame>
  );
}
