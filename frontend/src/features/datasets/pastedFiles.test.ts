import { expect, it } from "vitest";
import { pastedFiles } from "./pastedFiles.ts";

function paste(text: string, files: File[] = []) {
  return pastedFiles({ files: files as unknown as FileList, getData: () => text });
}

it("takes the files of a paste before its text", () => {
  const file = new File(["a"], "a.csv");
  expect(paste("x\ty\n1\t2", [file])).toEqual([file]);
});

it("makes a TSV of cells copied from a spreadsheet", async () => {
  const [file] = paste("x\ty\n1\t2\n3\t4\n");
  expect(file?.name).toBe("pasted table.tsv");
  expect(file?.size).toBe("x\ty\n1\t2\n3\t4\n".length);
});

it("makes a CSV of lines that all have the same separator", () => {
  expect(paste("x;y\n1;2").map((file) => file.name)).toEqual(["pasted table.csv"]);
});

it("takes no prose and no single line for a table", () => {
  expect(paste("Dear all,\nthe meeting is at noon.\nBest")).toEqual([]);
  expect(paste("1,2,3")).toEqual([]);
  expect(paste("")).toEqual([]);
});
