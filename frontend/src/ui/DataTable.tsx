import type { ReactNode } from "react";
import classes from "./DataTable.module.css";

interface DataTableProps {
  /** What the table shows, for those who do not see it. */
  label: string;
  /** Greatest height in pixels before it scrolls. */
  maxHeight?: number;
  /** `thead` and `tbody`. Cells with `data-right` are numbers, with `data-wrap` long texts. */
  children: ReactNode;
}

/** A dense table that scrolls inside its own frame, also by keyboard. */
export function DataTable({ label, maxHeight, children }: DataTableProps) {
  return (
    // A region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className={classes.scroll} style={{ maxHeight }} tabIndex={0} aria-label={label}>
      <table className={classes.table}>{children}</table>
    </section>
  );
}
