import { type StoreApi, useStore } from "zustand";
import type { LayoutRead } from "../../api/contract.ts";
import { formatCount } from "../../ui/numbers.ts";
import classes from "./explorer.module.css";
import type { DrawProgress } from "./usePointMap.ts";
import { t } from "../../language/language.ts";

interface MapStatusProps {
  progress: StoreApi<DrawProgress>;
  /** Rows of the table; the map shows a sample of very many. */
  nRows: number;
  /** Points are still on their way. */
  loading: boolean;
  layout: LayoutRead | undefined;
  dims: 2 | 3;
  contextLost: boolean;
}

/** What the map shows at this moment: how many points, how many of them drawn, and what the axes are. */
export function MapStatus(props: MapStatusProps) {
  const { progress, nRows, loading, layout, dims, contextLost } = props;
  const { drawn, total } = useStore(progress);
  const share = total > 0 ? Math.floor((100 * drawn) / total) : 0;
  const axes = layout?.axes.slice(0, dims).join(" × ");
  return (
    <div className={classes.status}>
      {contextLost ? (
        <span>{t("The browser took the graphics context away; waiting for it to come back…")}</span>
      ) : (
        <span className="num" data-testid="map-status" data-drawn={drawn} data-total={total}>
          {total > 0 && total < nRows
            ? t("{total, number} of {nRows, number} points, a fair sample", { total, nRows })
            : t("{count, plural, one {# point} other {# points}}", { count: total })}
          {drawn < total && ` · ${loading ? t("loading") : t("drawing")}, ${formatCount(share)} %`}
        </span>
      )}
      {layout && <span className={classes.statusLayout}>{layout.title}</span>}
      {axes && axes !== layout?.title && <span className={classes.statusLayout}>{axes}</span>}
    </div>
  );
}
