import classes from "./charts.module.css";

interface SizeBarProps {
  /** 0 to 1 of the longest bar. */
  share: number;
  /** CSS colour. */
  colour: string;
}

/** A thin bar beside a number that says the same; decoration for sighted readers. */
export function SizeBar({ share, colour }: SizeBarProps) {
  const width = `${Math.max(0.03, Math.min(1, share)) * 100}%`;
  return (
    <span className={classes.sizeBar} aria-hidden="true">
      <i style={{ width, background: colour }} />
    </span>
  );
}
