import { Button } from "@mantine/core";
import { useDocumentTitle } from "@mantine/hooks";
import { resetPassword } from "../../api/account.ts";
import { ProblemAlert } from "../../ui/ProblemAlert.tsx";
import { PasswordForm } from "./PasswordForm.tsx";
import { SessionFrame } from "./SessionFrame.tsx";
import { t } from "../../language/language.ts";

interface ResetPasswordPageProps {
  /** The token of an admin's link; absent when the address was cut short. */
  token: string | undefined;
  onDone: () => void;
  onSignIn: () => void;
}

/** Where an admin's link for a lost password leads: a new password, and in. */
export function ResetPasswordPage({ token, onDone, onSignIn }: ResetPasswordPageProps) {
  useDocumentTitle(`${t("New password")} · Fiedler`);
  if (token === undefined) {
    return (
      <SessionFrame title={t("This link does not open the door")}>
        <ProblemAlert
          problem={{
            type: "about:blank",
            title: t("The link is incomplete"),
            status: 0,
            detail: t("The address has no token."),
            code: "link_incomplete",
            remedy: t("Copy the whole link as the admin gave it, or ask for another."),
          }}
        >
          <Button onClick={onSignIn}>{t("Sign in with a password")}</Button>
        </ProblemAlert>
      </SessionFrame>
    );
  }
  return (
    <SessionFrame
      title={t("Set a new password")}
      lead={t("It replaces the old one, and ends every session that is open elsewhere.")}
    >
      <PasswordForm
        hasPassword={false}
        keep={(password) => resetPassword(token, password)}
        onDone={onDone}
      />
    </SessionFrame>
  );
}
