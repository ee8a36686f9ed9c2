import type { Problem } from "../../api/problem.ts";

const WORDS: Record<string, Pick<Problem, "title" | "detail" | "remedy">> = {
  account_disabled: {
    title: "The account is disabled",
    detail: "The provider knows you, and your account here is kept out.",
    remedy: "Ask an admin.",
  },
  account_unknown: {
    title: "There is no account for you",
    detail: "The provider knows you, and no account here is yours.",
    remedy: "Ask an admin for an invitation.",
  },
  address_taken: {
    title: "Your address has an account already",
    detail: "An account here has your e-mail address, and a password of its own.",
    remedy: "Sign in with that password, or ask an admin.",
  },
  attempt_expired: {
    title: "The sign-in took too long",
    detail: "It was begun more than ten minutes ago, or in another browser.",
    remedy: "Try again.",
  },
  provider_refused: {
    title: "The provider did not let you in",
    detail: "You, or the provider, stopped the sign-in.",
    remedy: "Try again.",
  },
};

/** Why a sign-in over another site came back in vain, in words; the address holds only a code. */
export function providerProblem(code: string): Problem {
  const words = WORDS[code] ?? {
    title: "The provider does not answer",
    detail: "The site that should tell who you are does not answer as it should.",
    remedy: "Try again in a moment. If it stays, an admin finds the reason in the service's log.",
  };
  return { type: "about:blank", status: 0, code, ...words };
}
