import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, sep } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..");

/** The layer and, within features, the feature that a file below src belongs to. */
function room(file: string): { layer: string; feature: string | undefined } {
  const [layer = "", feature] = file.split(sep);
  return { layer, feature: layer === "features" ? feature : undefined };
}

const ALLOWED: Record<string, readonly string[]> = {
  language: ["language"],
  api: ["api", "language"],
  ui: ["ui", "api", "language"],
  charts: ["charts", "ui", "language"],
  points: ["points", "ui", "language"],
  features: ["features", "ui", "charts", "points", "api", "language"],
  app: ["app", "features", "ui", "charts", "points", "api", "language"],
};

function violations(file: string): string[] {
  const from = room(file);
  const source = readFileSync(join(root, file), "utf8");
  const imports = [...source.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g)].map((match) =>
    normalize(join(dirname(file), match[1] ?? "")),
  );
  return imports
    .filter((target) => {
      const to = room(target);
      if (from.layer === "features" && to.layer === "features") return to.feature !== from.feature;
      return !(ALLOWED[from.layer] ?? []).includes(to.layer);
    })
    .map((target) => `${file} imports ${target}`);
}

it("lets imports flow language -> ui, charts, points, api -> features -> app, and features stay apart", () => {
  const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (file) => /\.tsx?$/.test(file) && room(file).layer in ALLOWED,
  );
  expect(files.length).toBeGreaterThan(50);
  expect(files.flatMap(violations)).toEqual([]);
});
