import { Text } from "@mantine/core";
import { SAMPLE_TABLES, sampleFile } from "./sampleTables.ts";
import classes from "./SampleButtons.module.css";

/** Generated tables for a visitor who has none at hand; choosing one uploads it like any file. */
export function SampleButtons({ onFiles }: { onFiles: (files: File[]) => void }) {
  return (
    <div className={classes.grid}>
      {SAMPLE_TABLES.map((sample) => (
        <button
          key={sample.fileName}
          type="button"
          className={classes.sample}
          onClick={() => onFiles([sampleFile(sample)])}
        >
          <Text fw={600}>{sample.title}</Text>
          <Text size="sm" c="var(--fg2)">
            {sample.description}
          </Text>
        </button>
      ))}
    </div>
  );
}
