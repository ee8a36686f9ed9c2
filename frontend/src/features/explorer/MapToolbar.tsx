import { ActionIcon, Tooltip, UnstyledButton } from "@mantine/core";
import type { ReactNode } from "react";
import type { ColumnRead, LayoutRead } from "../../api/contract.ts";
import { t } from "../../language/language.ts";
import type { Tool } from "../../points/gestures.ts";
import classes from "./explorer.module.css";
import type { ColourBy, ExploreView, LayoutName, ViewChange } from "./exploreView.ts";
import { type ChoiceOption, MapChoice } from "./MapChoice.tsx";
import { BoxIcon, BrushIcon, LassoIcon, PanIcon } from "./mapIcons.tsx";
import { COLOURS_BY } from "./useValueColours.ts";

interface MapToolbarProps {
  tool: Tool;
  onTool: (tool: Tool) => void;
  view: ExploreView;
  onView: (change: ViewChange) => void;
  /** Those that are there; the others are made when they are chosen. */
  layouts: Record<string, LayoutRead>;
  has3d: boolean;
  columns: readonly ColumnRead[];
  /** More that is chosen above the map. */
  children?: ReactNode;
}

const TOOLS: { tool: Tool; name: string; hint: string; icon: ReactNode }[] = [
  {
    tool: "lasso",
    name: t("Lasso"),
    hint: t("Lasso (L): Shift adds, Alt subtracts"),
    icon: <LassoIcon />,
  },
  { tool: "box", name: t("Box"), hint: t("Box (B): Shift adds, Alt subtracts"), icon: <BoxIcon /> },
  {
    tool: "brush",
    name: t("Brush"),
    hint: t("Brush (R): Shift adds, Alt subtracts"),
    icon: <BrushIcon />,
  },
  { tool: "pan", name: t("Pan"), hint: t("Pan, or turn in 3D (Space)"), icon: <PanIcon /> },
];

const LAYOUTS: readonly { value: LayoutName; label: string }[] = [
  { value: "features", label: t("Features") },
  { value: "embedding", label: t("Spectral embedding") },
  { value: "umap", label: t("UMAP") },
  { value: "tsne", label: t("t-SNE") },
  { value: "columns", label: t("Two columns") },
];
/** Before the name of a column, so that it is no name of a measure. */
const COLUMN = "column:";

/** Tools and ways of looking, above the map. */
export function MapToolbar(props: MapToolbarProps) {
  const { tool, onTool, view, onView, layouts, has3d, columns, children } = props;
  const canPair = columns.length >= 2;
  const known = LAYOUTS.filter(({ value }) =>
    value === "columns" ? canPair : value === "umap" || value === "tsne" || layouts[value],
  );
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
      <MapChoice
        name={t("Layout")}
        current={LAYOUTS.find(({ value }) => value === view.layout)?.label ?? view.layout}
        value={view.layout}
        options={known}
        onChoose={(layout) => onView(layoutChange(layout as LayoutName, view, columns))}
      />
      {view.layout === "columns" &&
        view.axes?.map((axis, index) => (
          <MapChoice
            key={index === 0 ? "x" : "y"}
            name={index === 0 ? t("Across") : t("Up")}
            current={axis}
            value={axis}
            options={columns.map(({ name }) => ({ value: name, label: name }))}
            onChoose={(column) => onView(index === 0 ? { x: column } : { y: column })}
          />
        ))}
      <ColourChoice view={view} onView={onView} columns={columns} />
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
      {children}
    </div>
  );
}

/** A change to another layout; two columns begin with those chosen last, or the first two. */
function layoutChange(
  layout: LayoutName,
  view: ExploreView,
  columns: readonly ColumnRead[],
): ViewChange {
  if (layout !== "columns") return { layout };
  const [x, y] = view.axes ?? columns.map(({ name }) => name);
  return { layout, x, y };
}

function ColourChoice({
  view,
  onView,
  columns,
}: Pick<MapToolbarProps, "view" | "onView" | "columns">) {
  const { colour, by } = view;
  const measures = Object.entries(COLOURS_BY).map(([value, label]) => ({ value, label }));
  const named = columns.map(({ name }, index): ChoiceOption => {
    const option = { value: COLUMN + name, label: name };
    return index === 0 ? { ...option, group: t("Columns") } : option;
  });
  return (
    <MapChoice
      name={t("Colour")}
      current={colour === "column" ? (by ?? "") : COLOURS_BY[colour]}
      value={colour === "column" ? COLUMN + (by ?? "") : colour}
      options={[...measures, ...named]}
      onChoose={(value) =>
        onView(
          value.startsWith(COLUMN)
            ? { color: "column", by: value.slice(COLUMN.length) }
            : { color: value as ColourBy, by: undefined },
        )
      }
    />
  );
}
