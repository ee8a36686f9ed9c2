import type { Problem } from "../../api/problem.ts";
import { t } from "../../language/language.ts";

const WORDS: Record<string, Pick<Problem, "title" | "detail" | "remedy">> = {
  account_disabled: {
    title: t("The account is disabled"),
    detail: t("The provider knows you, and your account here is kept out."),
    remedy: t("Ask an admin."),
  },
  account_unknown: {
    title: t("There is no account for you"),
    detail: t("The provider knows you, and no account here is yours."),
    remedy: t("Ask an admin for an invitation."),
  },
  address_taken: {
    title: t("Your address has an account already"),
    detail: t("An account here has your e-mail address, and a password of its own."),
    remedy: t("Sign in with that password, or ask an admin."),
  },
  attempt_expired: {
    title: t("The sign-in took too long"),
    detail: t("It was begun more than ten minutes ago, or in another browser."),
    remedy: t("Try again."),
  },
  provider_refused: {
    title: t("The provider did not let you in"),
    detail: t("You, or the provider, stopped the sign-in."),
    remedy: t("Try again."),
  },
};

/** Why a sign-in over another site came back in vain, in words; the address holds only a code. */
export function providerProblem(code: string): Problem {
  const words = WORDS[code] ?? {
    title: t("The provider does not answer"),
    detail: t("The site that should tell who you are does not answer as it should."),
    remedy: t(
      "Try again in a moment. If it stays, an admin finds the reason in the service's log.",
    ),
  };
  return { type: "about:blank", status: 0, code, ...words };
}
