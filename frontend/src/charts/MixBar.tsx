import { VisuallyHidden } from "@mantine/core";
import classes from "./charts.module.css";

interface MixBarProps {
  /** Parts in the order they are drawn; empty parts are left out. */
  parts: readonly { name: string; count: number; colour: string }[];
  /** What the parts are parts of, for screen readers. */
  label: string;
}

/** One bar made of coloured parts in proportion to their counts. */
export function MixBar({ parts, label }: MixBarProps) {
  const shown = parts.filter((part) => part.count > 0);
  const total = shown.reduce((sum, part) => sum + part.count, 0);
  const words = shown.map((part) => `${part.name} ${Math.round((100 * part.count) / total)} %`);
  return (
    <span className={classes.mix}>
      <VisuallyHidden>{`${label}: ${words.join(", ")}`}</VisuallyHidden>
      {shown.map((part) => (
        <i key={part.name} style={{ flexGrow: part.count, background: part.colour }} />
      ))}
    </span>
  );
}
