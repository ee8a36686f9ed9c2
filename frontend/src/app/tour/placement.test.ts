import { expect, it } from "vitest";
import { beside } from "./placement.ts";

const CARD = { width: 300, height: 180 };
const WINDOW = { width: 1280, height: 720 };

it("stands at the right of what is at the left, and at the left of what is at the right", () => {
  expect(beside({ left: 60, top: 100, width: 296, height: 400 }, CARD, WINDOW).left).toBe(368);
  expect(beside({ left: 932, top: 100, width: 348, height: 400 }, CARD, WINDOW).left).toBe(620);
});

it("stands inside what fills the window, and never leaves it", () => {
  const filled = beside({ left: 0, top: 0, width: 1280, height: 720 }, CARD, WINDOW);
  expect(filled.left).toBe(490);
  const low = beside({ left: 0, top: 700, width: 60, height: 60 }, CARD, WINDOW);
  expect(low.top + CARD.height).toBeLessThanOrEqual(WINDOW.height - 12);
  const phone = beside({ left: 0, top: 0, width: 320, height: 200 }, CARD, {
    width: 320,
    height: 568,
  });
  expect(phone.left).toBe(12);
});
