// Selecting on a map that shows a sample: the service finds the rows among all of the table.

import { notifications } from "@mantine/notifications";
import type { PartitionRead } from "../../api/contract.ts";
import { outlinedRows } from "../../api/explanations.ts";
import { asProblem } from "../../api/problem.ts";
import { BRUSH_RADIUS } from "../../points/brush.ts";
import type { ScreenPoint } from "../../points/coordinates.ts";
import type { Tool } from "../../points/gestures.ts";
import type { SelectionMode } from "../../points/lasso.ts";
import type { PointMap } from "../../points/map.ts";
import { type Selection, selectionFromMask } from "./selection.ts";

/** What the selection was and may be when the rows have come. */
interface SelectingState {
  nRows: number;
  selection: Selection | null;
  isolated: number | null;
  onSelection: (selection: Selection | null) => void;
}

export class SampledSelecting {
  /** The gesture made last; an answer to an earlier one that asked for a new selection comes too late. */
  private last = 0;

  constructor(
    private readonly partition: PartitionRead,
    private readonly layout: "features" | "embedding" | "umap" | "tsne",
    private readonly dimensions: 2 | 3,
  ) {}

  /** Selects what lies under a way drawn by a tool. */
  async select(
    map: PointMap,
    way: readonly ScreenPoint[],
    tool: Tool,
    mode: SelectionMode,
    state: () => SelectingState,
  ): Promise<void> {
    const number = ++this.last;
    const { x, y } = map.projection;
    const { isolated } = state();
    try {
      const rows = await outlinedRows(this.partition, {
        layout: this.layout,
        dimensions: this.dimensions,
        x: [...x],
        y: [...y],
        way: way.map(([across, down]) => [across, down]),
        radius: tool === "brush" ? BRUSH_RADIUS : null,
        cluster: isolated,
      });
      if (mode === "replace" && number !== this.last) return;
      const { nRows, selection, onSelection } = state();
      onSelection(selectionFromMask(combined(selection, rows, mode, nRows)));
    } catch (error) {
      const { title, detail } = asProblem(error);
      notifications.show({ title, message: detail, color: "red" });
    }
  }
}

/** The mask of a selection after rows were put in its place, added or taken out. */
export function combined(
  selection: Selection | null,
  rows: ArrayLike<number>,
  mode: SelectionMode,
  nRows: number,
): Uint8Array {
  const mask = mode !== "replace" && selection ? selection.mask.slice() : new Uint8Array(nRows);
  const mark = mode === "subtract" ? 0 : 1;
  for (let at = 0; at < rows.length; at++) mask[rows[at] as number] = mark;
  return mask;
}
