import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const styles = join(root, "../node_modules/@mantine/core/styles");

/** Parts that a component brings along under another name. */
const PARTS: Record<string, readonly string[]> = {
  Autocomplete: ["Combobox", "Input"],
  Button: ["UnstyledButton", "Loader"],
  Menu: ["Popover", "UnstyledButton"],
  Modal: ["ModalBase", "Overlay", "CloseButton", "Paper"],
  MultiSelect: ["Combobox", "Input", "Pill", "PillsInput"],
  NumberInput: ["Input", "UnstyledButton"],
  PasswordInput: ["Input", "ActionIcon"],
  SegmentedControl: ["FloatingIndicator"],
  Select: ["Combobox", "Input", "Popover", "ScrollArea", "CloseButton"],
  Switch: ["Input"],
  Tabs: ["UnstyledButton"],
  TagsInput: ["Combobox", "Input", "Pill", "PillsInput"],
  TextInput: ["Input"],
  Textarea: ["Input"],
};

function usedComponents(): Set<string> {
  const used = new Set<string>();
  for (const file of readdirSync(root, { recursive: true, encoding: "utf8" })) {
    if (!/\.tsx?$/.test(file)) continue;
    const source = readFileSync(join(root, file), "utf8");
    for (const [, names = ""] of source.matchAll(/import \{([^}]*)\} from "@mantine\/core"/g)) {
      for (const name of names.split(",").map((part) => part.trim())) {
        if (/^[A-Z]/.test(name)) used.add(name);
      }
    }
  }
  return used;
}

it("brings the styles of every Mantine component the page uses", () => {
  const used = usedComponents();
  expect(used.size).toBeGreaterThan(20);
  const needed = [...used].flatMap((name) => [name, ...(PARTS[name] ?? [])]);
  const sheet = readFileSync(join(import.meta.dirname, "mantine.css"), "utf8");
  const missing = needed.filter(
    (name) => existsSync(join(styles, `${name}.css`)) && !sheet.includes(`core/styles/${name}.css`),
  );
  expect([...new Set(missing)]).toEqual([]);
});
