import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import type { DatasetRead, RunRead } from "../../api/contract.ts";
import type { ScreenPoint, Viewport } from "../../points/coordinates.ts";
import { formatCount } from "../../ui/numbers.ts";
import { useClusterName } from "./clusterNames.ts";
import classes from "./explorer.module.css";
import type { ClusterColours } from "./mapColours.ts";
import type { ShownPartition } from "./partitions.ts";
import { cellText, columnOrder, rowsQuery } from "./tableRows.ts";
import { t } from "../../language/language.ts";

interface HoverCardProps {
  dataset: DatasetRead;
  run: RunRead;
  /** Table row under the cursor, 0-based. */
  row: number;
  at: ScreenPoint;
  viewport: Viewport;
  shown: ShownPartition | null;
  colours: ClusterColours;
}

const VALUES = 6;
/** The cursor must rest this long before values are fetched, milliseconds. */
const REST_MS = 90;
const WIDTH = 210;

/** The point under the cursor: its row, cluster and first values. */
export function HoverCard(props: HoverCardProps) {
  const clusterName = useClusterName();
  const { dataset, run, row, at, viewport, shown, colours } = props;
  const [resting] = useDebouncedValue(row, REST_MS);
  const columns = columnOrder(dataset.columns, run.columns).slice(0, VALUES);
  const names = columns.map(({ name }) => name);
  const values = useQuery({ ...rowsQuery(dataset.id, [resting], names), enabled: resting === row });
  const label = shown?.labels[row];
  const left = at[0] + 16 + WIDTH > viewport.width ? at[0] - 16 - WIDTH : at[0] + 16;
  const top = Math.min(at[1] + 12, Math.max(viewport.height - 70 - columns.length * 18, 8));
  return (
    <div className={classes.hoverCard} style={{ left, top, width: WIDTH }} aria-hidden="true">
      <div className={classes.hoverHead}>
        {label !== undefined && shown && (
          <>
            <i
              className={classes.chip}
              style={{ background: colours.css(shown.slots[label] ?? 0) }}
            />
            <b>{clusterName(label)}</b>
          </>
        )}
        <span className="dim num">{t("row {value}", { value: formatCount(row + 1) })}</span>
      </div>
      {columns.map((column) => {
        const index = values.data?.columns.indexOf(column.name) ?? -1;
        const text = index >= 0 ? cellText(values.data?.cell(0, index), column) : undefined;
        return (
          <div key={column.name} className={classes.hoverValue}>
            <span className="mono">{column.name}</span>
            <span className="num">{text === undefined ? "…" : (text ?? t("missing"))}</span>
          </div>
        );
      })}
    </div>
  );
}
