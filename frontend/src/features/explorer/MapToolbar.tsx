import { ActionIcon, Menu, Tooltip, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import type { LayoutRead } from "../../api/contract.ts";
import type { Tool } from "../../points/gestures.ts";
import { ChevronIcon } from "../../ui/icons.tsx";
import classes from "./explorer.module.css";
import type { ExploreView, LayoutName, ViewChange } from "./exploreView.ts";
import { BoxIcon, LassoIcon, PanIcon } from "./mapIcons.tsx";
import { t } from "../../language/language.ts";

interface MapToolbarProps {
  tool: Tool;
  onTool: (tool: Tool) => void;
  view: ExploreView;
  onView: (change: ViewChange) => void;
  layouts: Record<string, LayoutRead>;
}

const TOOLS: { tool: Tool; name: string; hint: string; icon: ReactNode }[] = [
  {
    tool: "lasso",
    name: t("Lasso"),
    hint: t("Lasso (L): Shift adds, Alt subtracts"),
    icon: <LassoIcon />,
  },
  { tool: "box", name: t("Box"), hint: t("Box (B): Shift adds, Alt subtracts"), icon: <BoxIcon /> },
  { tool: "pan", name: t("Pan"), hint: t("Pan, or turn in 3D (Space)"), icon: <PanIcon /> },
];

const LAYOUTS: { value: LayoutName; label: string }[] = [
  { value: "features", label: t("Features") },
  { value: "embedding", label: t("Spectral embedding") },
];

/** Tools and ways of looking, above the map. */
export function MapToolbar({ tool, onTool, view, onView, layouts }: MapToolbarProps) {
  const known = LAYOUTS.filter(({ value }) => layouts[value]);
  const has3d = layouts[view.layout]?.has_3d ?? false;
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t("Map tools")}>
      <div className={classes.group}>
        {TOOLS.map((entry) => (
          <Tooltip key={entry.tool} label={entry.hint}>
            <ActionIcon
              aria-label={entry.name}
              aria-pressed={tool === entry.tool}
              className={classes.tool}
              onClick={() => onTool(entry.tool)}
            >
              {entry.icon}
            </ActionIcon>
          </Tooltip>
        ))}
      </div>
      <Choice
        name={t("Layout")}
        value={view.layout}
        options={known}
        onChoose={(layout) => onView({ layout })}
      />
      <Choice
        name={t("Colour")}
        value={view.coloured ? "cluster" : "none"}
        options={[
          { value: "cluster", label: t("Cluster") },
          { value: "none", label: t("None") },
        ]}
        onChoose={(color) => onView({ color })}
      />
      {has3d && (
        <div className={classes.group}>
          {([2, 3] as const).map((dims) => (
            <UnstyledButton
              key={dims}
              className={classes.dimension}
              aria-pressed={view.dims === dims}
              onClick={() => onView({ dims })}
            >
              {dims}D
            </UnstyledButton>
          ))}
        </div>
      )}
    </div>
  );
}

interface ChoiceProps<Value extends string> {
  name: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChoose: (value: Value) => void;
}

function Choice<Value extends string>({ name, value, options, onChoose }: ChoiceProps<Value>) {
  const current = options.find((option) => option.value === value);
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <UnstyledButton className={classes.choice}>
          {name} <b>{current?.label ?? value}</b>
          <ChevronIcon size={12} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map((option) => (
          <Menu.Item
            key={option.value}
            fw={option.value === value ? 600 : 400}
            onClick={() => onChoose(option.value)}
          >
            {option.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
