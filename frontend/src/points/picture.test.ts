import { expect, it } from "vitest";
import { pictureSvg, type PictureScene } from "./picture.ts";

const scene: PictureScene = {
  width: 600,
  height: 400,
  points: "data:image/png;base64,AAAA",
  names: [{ name: "Ham & <Eggs>", size: "12k", x: 100, y: 50, colour: "rgb(1 2 3)" }],
  legend: {
    title: "mass",
    basis: "",
    ramp: {
      colours: ["rgb(1 2 3)", "rgb(4 5 6)"],
      low: "0",
      high: "9",
    },
    entries: [],
    nMissing: 7,
  },
  caption: "PCA of the features",
  background: "#ffffff",
  foreground: "#14181f",
  faint: "#5f6977",
  missing: { css: "rgb(9 9 9)", name: "no value" },
};

it("a picture is well-formed and says in text what it shows", () => {
  const parsed = new DOMParser().parseFromString(pictureSvg(scene), "image/svg+xml");
  expect(parsed.querySelector("parsererror")).toBeNull();
  const texts = [...parsed.querySelectorAll("text")].map(({ textContent }) => textContent);
  expect(texts).toContain("Ham & <Eggs>");
  expect(texts).toContain("PCA of the features");
  expect(texts).toContain("no value 7");
  expect(
    [...parsed.querySelectorAll("stop")].map((stop) => stop.getAttribute("stop-color")),
  ).toEqual(["rgb(1 2 3)", "rgb(4 5 6)"]);
  expect(Number(parsed.documentElement.getAttribute("height"))).toBeGreaterThan(460);
});
