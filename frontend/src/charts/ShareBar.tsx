import classes from "./charts.module.css";

interface ShareBarProps {
  /** Share inside, 0 to 1. */
  share: number;
  /** Share of all rows, marked by a line. */
  usual: number;
  /** CSS colour. */
  colour: string;
}

/** A share as a bar, with a line where it usually ends. */
export function ShareBar({ share, usual, colour }: ShareBarProps) {
  return (
    <span className={classes.share} aria-hidden="true">
      <i style={{ width: `${share * 100}%`, background: colour }} />
      <b style={{ left: `${usual * 100}%` }} />
    </span>
  );
}
