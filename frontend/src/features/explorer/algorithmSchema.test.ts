import { describe, expect, it } from "vitest";
import { byGroup, complete, departures, findMistakes, readParameters } from "./algorithmSchema.ts";

const SCHEMA = {
  properties: {
    columns: { title: "Columns", type: ["array", "null"], default: null, "x-group": "Features" },
    scaling: {
      title: "Scaling",
      type: "string",
      enum: ["standard", "none"],
      default: "standard",
      "x-group": "Features",
      "x-labels": { none: "As they are" },
    },
    n_neighbors: {
      title: "Neighbours",
      type: "integer",
      default: 10,
      minimum: 2,
      "x-group": "Graph",
    },
    n_clusters: {
      title: "Clusters",
      type: ["integer", "null"],
      default: null,
      "x-group": "Clusters",
    },
    bandwidth: {
      title: "Bandwidth",
      type: ["number", "null"],
      default: null,
      "x-group": "Graph",
    },
    later: { title: "Unknown kind", type: "object" },
  },
};
const parameters = readParameters(SCHEMA);

describe("readParameters", () => {
  it("keeps the schema's order and leaves out kinds it can't draw", () => {
    expect(parameters.map(({ name, kind }) => `${name}:${kind}`)).toEqual([
      "columns:columns",
      "scaling:choice",
      "n_neighbors:integer",
      "n_clusters:integer",
      "bandwidth:number",
    ]);
    expect(byGroup(parameters).map(([group]) => group)).toEqual(["Features", "Graph", "Clusters"]);
  });

  it("labels choices in words where the schema has them", () => {
    expect(parameters[1]?.choices).toEqual([
      { value: "standard", label: "standard" },
      { value: "none", label: "As they are" },
    ]);
  });
});

describe("departures", () => {
  it("names only what differs from the defaults", () => {
    const values = complete(parameters, { n_neighbors: 15, scaling: "standard" });
    expect(values).toEqual({
      columns: null,
      scaling: "standard",
      n_neighbors: 15,
      n_clusters: null,
      bandwidth: null,
    });
    expect(departures(parameters, values)).toEqual({ n_neighbors: 15 });
  });
});

describe("findMistakes", () => {
  const limits = readParameters({
    properties: {
      n_clusters: { title: "Clusters", type: ["integer", "null"], minimum: 1, maximum: 60 },
      max_clusters: { title: "Largest k", type: "integer", minimum: 2, maximum: 60 },
      radius: { title: "Radius", type: ["number", "null"], minimum: 0.1 },
    },
  });

  it.each([
    [{ n_clusters: null, max_clusters: 20 }, {}],
    [{ n_clusters: 20, max_clusters: 20 }, {}],
    [{ max_clusters: 20, radius: 0.05 }, { radius: "Radius is 0.05; the smallest is 0.1." }],
    [{ n_clusters: null, max_clusters: 1 }, { max_clusters: "Largest k is 1; the smallest is 2." }],
    [
      { n_clusters: 25, max_clusters: 20 },
      { n_clusters: "Clusters is 25, above Largest k, 20; raise that or ask for fewer." },
    ],
  ])("tells the mistakes of %j in the form's words", (values, mistakes) => {
    expect(findMistakes(limits, values)).toEqual(mistakes);
  });
});
