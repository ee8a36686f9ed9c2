import { expect, it } from "vitest";
import { inOneSentence } from "./suggestionWords.ts";

it("joins reasons with one capital", () => {
  expect(inOneSentence(["The graph falls into 2 parts", "Clusters lie far apart"])).toBe(
    "The graph falls into 2 parts; clusters lie far apart",
  );
  expect(inOneSentence([])).toBe("");
});
