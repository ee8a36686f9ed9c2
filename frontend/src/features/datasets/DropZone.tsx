import { Button, Text } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { DataIcon } from "../../ui/icons.tsx";
import classes from "./DropZone.module.css";
import { pastedFiles } from "./pastedFiles.ts";

const ACCEPTED =
  ".csv,.tsv,.txt,.tab,.data,.parquet,.pq,.xlsx,.json,.jsonl,.ndjson,.gz,text/csv,text/tab-separated-values";

interface DropZoneProps {
  onFiles: (files: File[]) => void;
}

/** Takes tables: dropped anywhere on the page, chosen by the button, or pasted. */
export function DropZone({ onFiles }: DropZoneProps) {
  const input = useRef<HTMLInputElement>(null);
  const dragging = usePageDrop(onFiles);
  usePaste(onFiles);
  return (
    <>
      <div className={classes.zone}>
        <span className={classes.icon}>
          <DataIcon size={22} />
        </span>
        <div className={classes.words}>
          <Text fw={600} size="lg">
            Drop a table anywhere on this page
          </Text>
          <Text c="var(--fg2)">
            CSV, TSV, Excel, JSON or Parquet. You can also paste cells copied from a spreadsheet.
          </Text>
        </div>
        <Button onClick={() => input.current?.click()}>Choose files</Button>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          accept={ACCEPTED}
          aria-label="Table files"
          onChange={(event) => {
            onFiles([...(event.currentTarget.files ?? [])]);
            // Lets the same file be chosen again after it was mended.
            event.currentTarget.value = "";
          }}
        />
      </div>
      {dragging && <div className={classes.overlay}>Drop to upload</div>}
    </>
  );
}

/** Listens on the whole window; true while files hover over it. */
function usePageDrop(onFiles: (files: File[]) => void): boolean {
  const [dragging, setDragging] = useState(false);
  const take = useEffectEvent((files: File[]) => {
    if (files.length > 0) onFiles(files);
  });
  useEffect(() => {
    // Entering a child fires before leaving its parent, so the two are counted.
    let depth = 0;
    const holdsFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const enter = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth += 1;
      setDragging(true);
    };
    const leave = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      depth = Math.max(0, depth - 1);
      if (depth === 0) setDragging(false);
    };
    const over = (event: DragEvent) => {
      if (holdsFiles(event)) event.preventDefault();
    };
    const drop = (event: DragEvent) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      depth = 0;
      setDragging(false);
      take([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener("dragenter", enter);
    window.addEventListener("dragleave", leave);
    window.addEventListener("dragover", over);
    window.addEventListener("drop", drop);
    return () => {
      window.removeEventListener("dragenter", enter);
      window.removeEventListener("dragleave", leave);
      window.removeEventListener("dragover", over);
      window.removeEventListener("drop", drop);
    };
  }, []);
  return dragging;
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
