import { Menu, UnstyledButton } from "@mantine/core";
import { ChevronIcon } from "../../ui/icons.tsx";
import classes from "./explorer.module.css";

export interface ChoiceOption {
  value: string;
  label: string;
  /** Heading above it, where a group of options begins. */
  group?: string;
}

interface MapChoiceProps {
  name: string;
  /** What is shown now, in words. */
  current: string;
  value: string;
  options: readonly ChoiceOption[];
  onChoose: (value: string) => void;
}

/** One of several, above the map; its name and what is chosen stand on the button. */
export function MapChoice({ name, current, value, options, onChoose }: MapChoiceProps) {
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.choice}>
          {name} <b>{current}</b>
          <ChevronIcon size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown mah={360} style={{ overflowY: "auto" }}>
        {options.flatMap((option) => [
          option.group && <Menu.Label key={`${option.value} group`}>{option.group}</Menu.Label>,
          <Menu.Item
            key={option.value}
            fw={option.value === value ? 600 : 400}
            onClick={() => onChoose(option.value)}
          >
            {option.label}
          </Menu.Item>,
        ])}
      </Menu.Dropdown>
    </Menu>
  );
}
