import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { useShortcuts } from "./shortcuts.ts";

function Page({ onSpace, onClick }: { onSpace: () => void; onClick: () => void }) {
  useShortcuts({ " ": onSpace });
  return (
    <button type="button" onClick={onClick}>
      Lasso
    </button>
  );
}

it("gives Space to the map after a click, and to a button reached by keyboard", async () => {
  const onSpace = vi.fn();
  const onClick = vi.fn();
  render(<Page onSpace={onSpace} onClick={onClick} />);
  await userEvent.click(screen.getByRole("button", { name: "Lasso" }));
  await userEvent.keyboard(" ");
  expect([onSpace.mock.calls.length, onClick.mock.calls.length]).toEqual([1, 1]);
  await userEvent.tab();
  await userEvent.tab();
  await userEvent.keyboard(" ");
  expect([onSpace.mock.calls.length, onClick.mock.calls.length]).toEqual([1, 2]);
});
