import { expect, it } from "vitest";
import { standalone } from "./standalone.ts";

function part(html: string): HTMLElement {
  const element = document.createElement("article");
  element.innerHTML = html;
  document.body.append(element);
  return element;
}

it("keeps the styles of what it shows, and nothing that would be fetched", () => {
  const style = document.createElement("style");
  style.textContent =
    ".kept { color: red } .other { color: blue } .kept b { background: url(/far.png) }";
  document.head.append(style);
  const html = standalone(part('<p class="kept"><b>x</b></p>'), "A title");
  expect(html).toMatch(/^<!doctype html>/);
  expect(html).toContain("<title>A title</title>");
  expect(html).toContain("color: red");
  expect(html).not.toContain("color: blue");
  expect(html).not.toContain("far.png");
});

it("unfolds what is folded and leaves out scripts and what is only for the screen", () => {
  const element = part(
    "<details><summary>More</summary>text</details><script>alert(1)</script><p data-not-kept>wait</p>",
  );
  const html = standalone(element, "A title");
  expect(html).toContain("<details open");
  expect(html).not.toContain("alert(1)");
  expect(html).not.toContain("wait");
  expect(element.querySelector("details")?.open).toBe(false);
});
