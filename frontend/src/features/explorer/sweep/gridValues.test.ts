import { describe, expect, it } from "vitest";
import { type Parameter, readParameters } from "../algorithmSchema.ts";
import { countPoints, readValues } from "./gridValues.ts";

const [neighbours, bandwidth] = readParameters({
  properties: {
    n_neighbors: { title: "Neighbours", type: "integer", default: 10, minimum: 2, maximum: 100 },
    bandwidth: { title: "Bandwidth", type: "number", default: 1 },
  },
}) as [Parameter, Parameter];

describe("values that somebody typed", () => {
  it.each([
    ["5, 10,20", [5, 10, 20]],
    ["5; 5 ;7", [5, 7]],
    ["5 to 25 by 10", [5, 15, 25]],
    ["3-6", [3, 4, 5, 6]],
    ["2, 4..6", [2, 4, 5, 6]],
  ])("%s are numbers", (text, values) => {
    expect(readValues(neighbours, text)).toEqual({ values, mistake: null });
  });

  it("may have fractions where the parameter has, without the dust of sums", () => {
    expect(readValues(bandwidth, "0.1 to 0.3 by 0.1").values).toEqual([0.1, 0.2, 0.3]);
    expect(readValues(bandwidth, "-1, 1e-3").values).toEqual([-1, 0.001]);
    expect(readValues(neighbours, "2.5").mistake).toContain("2.5");
  });

  it.each(["", "five", "5 to", "9 to 5", "1 to 9 by 0", "0 to 1e9"])(
    "%j are refused with a reason",
    (text) => {
      expect(readValues(neighbours, text)).toMatchObject({
        values: [],
        mistake: expect.any(String),
      });
    },
  );

  it("keep within what the parameter allows", () => {
    expect(readValues(neighbours, "5, 101").mistake).toBe("Neighbours is 101; the largest is 100.");
  });
});

it("a grid has a run for each combination", () => {
  expect(countPoints({ a: [1, 2, 3], b: ["x", "y"] })).toBe(6);
});
