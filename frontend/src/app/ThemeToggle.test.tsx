import { MantineProvider } from "@mantine/core";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it } from "vitest";
import { colorSchemeManager, theme } from "../ui/theme.ts";
import { ThemeToggle } from "./ThemeToggle.tsx";

function page() {
  return render(
    <MantineProvider
      theme={theme}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <ThemeToggle />
      <input aria-label="Some text" />
    </MantineProvider>,
  );
}

function shownScheme() {
  return document.documentElement.dataset.mantineColorScheme;
}

it("steps from the system's theme through light and dark, by button and by key", async () => {
  page();
  await userEvent.click(screen.getByRole("button", { name: "Theme: as the system" }));
  expect(shownScheme()).toBe("light");
  await userEvent.keyboard("t");
  expect(shownScheme()).toBe("dark");
  expect(screen.getByRole("button", { name: "Theme: dark" })).toBeVisible();
});

it("is remembered when the page is opened again", async () => {
  const first = page();
  await userEvent.click(screen.getByRole("button"));
  await userEvent.click(screen.getByRole("button"));
  expect(localStorage.getItem("fiedler-color-scheme")).toBe("dark");
  first.unmount();
  page();
  expect(shownScheme()).toBe("dark");
});

it("leaves the letter alone while somebody types", async () => {
  page();
  await userEvent.type(screen.getByLabelText("Some text"), "t");
  expect(screen.getByRole("button", { name: "Theme: as the system" })).toBeVisible();
});
