import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { http, HttpResponse } from "msw";
import { StrictMode } from "react";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  at,
  exampleToken,
  exampleUser,
  problem,
  signInOptions,
  startFakeServer,
} from "../../api/fakeServer.ts";
import { currentToken, keepToken, useSession } from "../../api/session.ts";
import { renderInApp } from "../../ui/renderInApp.tsx";
import { AccountPanel } from "./AccountPanel.tsx";
import { RegisterPage } from "./RegisterPage.tsx";
import { ResetPasswordPage } from "./ResetPasswordPage.tsx";
import { SignInPage } from "./SignInPage.tsx";
import { WelcomePage } from "./WelcomePage.tsx";

const server = startFakeServer();
const onDone = vi.fn();
const onSignIn = vi.fn();

beforeEach(() => {
  server.use(signInOptions("invited"));
  onDone.mockReset();
  onSignIn.mockReset();
});

function welcome(token: string | undefined) {
  return renderInApp(
    <StrictMode>
      <WelcomePage token={token} onDone={onDone} onSignIn={onSignIn} />
    </StrictMode>,
  );
}

describe("the one-time link", () => {
  it("is claimed once, then offers a password, which can be skipped", async () => {
    let claims = 0;
    server.use(
      http.post(at("/auth/claim"), async ({ request }) => {
        claims += 1;
        expect(await request.json()).toEqual({ token: "abc" });
        return HttpResponse.json(exampleToken({ has_password: false }));
      }),
    );
    welcome("abc");
    await userEvent.click(await screen.findByRole("button", { name: "Not now" }));
    expect(onDone).toHaveBeenCalled();
    expect(claims).toBe(1);
    expect(currentToken()).toBe("token-1");
  });

  it("sets the password that was typed twice", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(at("/auth/claim"), () => HttpResponse.json(exampleToken({ has_password: false }))),
      http.put(at("/users/me/password"), async ({ request }) => {
        sent.push(await request.json());
        return new HttpResponse(null, { status: 204 });
      }),
    );
    welcome("abc");
    await userEvent.type(await screen.findByLabelText("New password"), "correct horse");
    await userEvent.type(screen.getByLabelText("New password again"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Set password" }));
    await waitFor(() => expect(onDone).toHaveBeenCalled());
    expect(sent).toEqual([{ new_password: "correct horse" }]);
    expect(useSession.getState().user?.has_password).toBe(true);
  });

  it("goes straight on for an owner who has a password", async () => {
    server.use(http.post(at("/auth/claim"), () => HttpResponse.json(exampleToken())));
    welcome("abc");
    await waitFor(() => expect(onDone).toHaveBeenCalled());
  });

  it("that was used already leads to the sign-in", async () => {
    server.use(http.post(at("/auth/claim"), () => problem(410, "link_used")));
    welcome("abc");
    expect(await screen.findByRole("alert")).toHaveTextContent("link_used");
    await userEvent.click(screen.getByRole("button", { name: "Sign in with a password" }));
    expect(onSignIn).toHaveBeenCalled();
  });

  it("that was cut short is not sent at all", () => {
    welcome(undefined);
    expect(screen.getByRole("alert")).toHaveTextContent(/Copy the whole link/);
  });
});

describe("signing in", () => {
  async function signInAs(password: string) {
    renderInApp(<SignInPage onSignedIn={onDone} onRegister={onSignIn} />);
    await userEvent.type(screen.getByLabelText("User name or e-mail"), " owner ");
    await userEvent.type(screen.getByLabelText("Password"), password);
    await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  }

  it("leads on", async () => {
    server.use(
      http.post(at("/auth/login"), async ({ request }) => {
        expect(await request.json()).toEqual({ username: "owner", password: "right" });
        return HttpResponse.json(exampleToken());
      }),
    );
    await signInAs("right");
    await waitFor(() => expect(onDone).toHaveBeenCalled());
    expect(useSession.getState().user).toEqual(exampleUser());
  });

  it("says what was wrong and asks for no refresh", async () => {
    server.use(http.post(at("/auth/login"), () => problem(401, "credentials_wrong")));
    await signInAs("wrong");
    expect(await screen.findByRole("alert")).toHaveTextContent("credentials_wrong");
    expect(onDone).not.toHaveBeenCalled();
  });
});

describe("signing in by a provider", () => {
  it("is offered where there is one, and leads back to where the visitor wanted to go", async () => {
    server.use(signInOptions("closed", "Example"));
    renderInApp(<SignInPage onSignedIn={onDone} onRegister={onSignIn} to="/d/3?a=b" />);
    expect(await screen.findByRole("link", { name: "Sign in with Example" })).toHaveAttribute(
      "href",
      "http://localhost:3000/api/v1/auth/oidc/start?to=%2Fd%2F3%3Fa%3Db",
    );
  });

  it.each([
    ["address_taken", /password of its own/],
    ["provider_failed", /does not answer as it should/],
  ])("says why it came back in vain: %s", (code, words) => {
    renderInApp(<SignInPage onSignedIn={onDone} onRegister={onSignIn} problem={code} />);
    expect(screen.getByRole("alert")).toHaveTextContent(words);
    expect(screen.queryByRole("link", { name: /Sign in with/ })).not.toBeInTheDocument();
  });
});

describe("making an account", () => {
  it("is offered where registration is open, and only there", async () => {
    renderInApp(<SignInPage onSignedIn={onDone} onRegister={onSignIn} />);
    await screen.findByRole("button", { name: "Sign in" });
    expect(screen.queryByRole("button", { name: "Make an account" })).not.toBeInTheDocument();
    server.use(signInOptions("open"));
    renderInApp(<SignInPage onSignedIn={onDone} onRegister={onSignIn} />);
    await userEvent.click(await screen.findByRole("button", { name: "Make an account" }));
    expect(onSignIn).toHaveBeenCalled();
  });

  it("sends the invitation along and is signed in", async () => {
    const sent: unknown[] = [];
    server.use(
      http.post(at("/auth/register"), async ({ request }) => {
        sent.push(await request.json());
        return HttpResponse.json(exampleToken({ username: "ada" }), { status: 201 });
      }),
    );
    renderInApp(<RegisterPage invitation="abc" onSignedIn={onDone} onSignIn={onSignIn} />);
    await userEvent.type(screen.getByLabelText("User name"), "ada");
    await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.org");
    await userEvent.type(screen.getByLabelText("Password"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Make the account" }));
    await waitFor(() => expect(onDone).toHaveBeenCalled());
    expect(sent).toEqual([
      {
        username: "ada",
        email: "ada@example.org",
        password: "correct horse",
        invitation: "abc",
      },
    ]);
    expect(useSession.getState().user?.username).toBe("ada");
  });
});

describe("an admin's link for a lost password", () => {
  it("sets the password and signs in", async () => {
    server.use(
      http.post(at("/auth/reset-password"), async ({ request }) => {
        expect(await request.json()).toEqual({ token: "abc", new_password: "correct horse" });
        return HttpResponse.json(exampleToken());
      }),
    );
    renderInApp(<ResetPasswordPage token="abc" onDone={onDone} onSignIn={onSignIn} />);
    await userEvent.type(screen.getByLabelText("New password"), "correct horse");
    await userEvent.type(screen.getByLabelText("New password again"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Set password" }));
    await waitFor(() => expect(onDone).toHaveBeenCalled());
    expect(currentToken()).toBe("token-1");
  });

  it("that was used already says so", async () => {
    server.use(http.post(at("/auth/reset-password"), () => problem(410, "link_used")));
    renderInApp(<ResetPasswordPage token="abc" onDone={onDone} onSignIn={onSignIn} />);
    await userEvent.type(screen.getByLabelText("New password"), "correct horse");
    await userEvent.type(screen.getByLabelText("New password again"), "correct horse");
    await userEvent.click(screen.getByRole("button", { name: "Set password" }));
    expect(await screen.findByRole("alert")).toHaveTextContent("link_used");
    expect(onDone).not.toHaveBeenCalled();
  });
});

describe("signing out everywhere", () => {
  it("ends this session too", async () => {
    keepToken(exampleToken());
    server.use(
      http.delete(at("/users/me/sessions"), () => new HttpResponse(null, { status: 204 })),
    );
    server.use(http.get(at("/users/me/sessions"), () => HttpResponse.json({ items: [] })));
    renderInApp(<AccountPanel />);
    await userEvent.click(screen.getByRole("button", { name: "Sign out everywhere" }));
    await waitFor(() => expect(useSession.getState().status).toBe("signed-out"));
    expect(currentToken()).toBeNull();
  });
});

describe("changing the password", () => {
  it("asks for the present one and checks the new ones before sending", async () => {
    keepToken(exampleToken());
    server.use(http.get(at("/users/me/sessions"), () => HttpResponse.json({ items: [] })));
    renderInApp(<AccountPanel />);
    await userEvent.type(screen.getByLabelText("Current password"), "old one");
    await userEvent.type(screen.getByLabelText("New password"), "short");
    await userEvent.click(screen.getByRole("button", { name: "Change password" }));
    expect(screen.getByText(/has 5 characters; at least 8/)).toBeVisible();
    await userEvent.type(screen.getByLabelText("New password"), "er is better");
    await userEvent.type(screen.getByLabelText("New password again"), "something else");
    await userEvent.click(screen.getByRole("button", { name: "Change password" }));
    expect(screen.getByText(/two passwords differ/)).toBeVisible();
  });
});
