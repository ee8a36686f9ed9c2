import { Button, Text } from "@mantine/core";
import { useEffect, useEffectEvent, useRef } from "react";
import { DataIcon } from "../../ui/icons.tsx";
import classes from "./DropZone.module.css";
import { pastedFiles } from "./pastedFiles.ts";
import { t } from "../../language/language.ts";

const ACCEPTED =
  ".csv,.tsv,.txt,.tab,.data,.parquet,.pq,.xlsx,.json,.jsonl,.ndjson,.gz,text/csv,text/tab-separated-values";

interface DropZoneProps {
  onFiles: (files: File[]) => void;
}

/** Takes tables: chosen by the button or pasted; `PageDrop` takes those dropped on any page. */
export function DropZone({ onFiles }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  usePaste(onFiles);
  return (
    <div className={classes.zone}>
      <span className={classes.icon}>
        <DataIcon size={22} />
      </span>
      <div className={classes.words}>
        <Text fw={600} size="lg">
          {t("Drop a table anywhere on this page")}
        </Text>
        <Text c="var(--fg2)">
          {t(
            "CSV, TSV, Excel, JSON or Parquet. You can also paste cells copied from a spreadsheet.",
          )}
        </Text>
      </div>
      <Button onClick={() => input.current?.click()}>{t("Choose files")}</Button>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={ACCEPTED}
        aria-label={t("Table files")}
        onChange={(event) => {
          onFiles([...(event.currentTarget.files ?? [])]);
          // Lets the same file be chosen again after it was mended.
          event.currentTarget.value = "";
        }}
      />
    </div>
  );
}

function usePaste(onFiles: (files: File[]) => void): void {
  const take = useEffectEvent((event: ClipboardEvent) => {
    const target = event.target;
    if (target instanceof HTMLElement && target.closest("input, textarea, [contenteditable]")) {
      return;
    }
    const files = event.clipboardData ? pastedFiles(event.clipboardData) : [];
    if (files.length === 0) return;
    event.preventDefault();
    onFiles(files);
  });
  useEffect(() => {
    const listen = (event: ClipboardEvent) => take(event);
    window.addEventListener("paste", listen);
    return () => window.removeEventListener("paste", listen);
  }, []);
}
