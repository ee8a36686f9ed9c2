import { List, Text } from "@mantine/core";
import type { ImportNote } from "../../api/contract.ts";
import { CheckIcon, InfoIcon } from "../../ui/icons.tsx";
import { t } from "../../language/language.ts";

/** Everything the import found or changed, so that nothing happens to a table unseen. */
export function ImportNotes({ notes }: { notes: readonly ImportNote[] }) {
  if (notes.length === 0) {
    return (
      <Text c="var(--fg2)">
        <CheckIcon size={14} />{" "}
        {t("Every cell was read as it stands in the file: nothing was coerced, dropped or padded.")}
      </Text>
    );
  }
  return (
    <List spacing={6} icon={<InfoIcon size={15} />} aria-label={t("Import notes")}>
      {notes.map((note) => (
        <List.Item key={`${note.code} ${note.column ?? ""} ${note.message}`}>
          {note.column && <span className="mono">{note.column}: </span>}
          {note.message}
        </List.Item>
      ))}
    </List>
  );
}
