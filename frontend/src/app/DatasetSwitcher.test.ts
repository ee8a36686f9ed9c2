import { expect, it } from "vitest";
import { exampleDataset } from "../api/fakeServer.ts";
import { sizeInWords } from "./DatasetSwitcher.tsx";

it("counts the columns of the run shown, else the features of the table", () => {
  const dataset = exampleDataset({ n_columns: 13 });
  expect(sizeInWords(dataset)).toBe("200 rows · 1 of 13 columns");
  expect(sizeInWords(dataset, 3)).toBe("200 rows · 3 of 13 columns");
});
