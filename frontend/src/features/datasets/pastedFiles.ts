/** What a paste or drop holds. */
type Transfer = Pick<DataTransfer, "files" | "getData">;

/**
 * The files in a paste. Cells copied from a spreadsheet arrive as text with tabs and become a file
 * of their own; other text is no table and gives nothing.
 */
export function pastedFiles(transfer: Transfer): File[] {
  const files = [...transfer.files];
  if (files.length > 0) return files;
  const text = transfer.getData("text/plain");
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const [first] = lines;
  if (!first || lines.length < 2) return [];
  const tabs = first.split("\t").length;
  const separator = tabs > 1 ? "\t" : [",", ";"].find((mark) => first.includes(mark));
  if (!separator || !lines.every((line) => line.includes(separator))) return [];
  const fileName = `pasted table.${separator === "\t" ? "tsv" : "csv"}`;
  return [new File([text], fileName, { type: "text/plain" })];
}
