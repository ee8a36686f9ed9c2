import classes from "./charts.module.css";

interface EffectBarProps {
  /** From -1 to 1. */
  value: number;
  /** CSS colour. */
  colour: string;
}

/** A bar from the middle: to the right where the value is positive, to the left where it is negative. */
export function EffectBar({ value, colour }: EffectBarProps) {
  const length = Math.min(Math.abs(value), 1) / 2;
  return (
    <span className={classes.effect} aria-hidden="true">
      <i
        style={{
          left: `${(value < 0 ? 0.5 - length : 0.5) * 100}%`,
          width: `${Math.max(length, 0.01) * 100}%`,
          background: colour,
        }}
      />
    </span>
  );
}
