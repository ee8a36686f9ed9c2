export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 12;

/** Where a card goes beside what it is about: inside what is large, else at the right or the left; always in the window. */
export function beside(
  target: Box,
  card: Pick<Box, "width" | "height">,
  window_: Pick<Box, "width" | "height">,
) {
  const right = target.left + target.width + GAP;
  const left = target.left - card.width - GAP;
  const fits = (x: number) => x >= GAP && x + card.width <= window_.width - GAP;
  const inside = target.left + (target.width - card.width) / 2;
  // What is large shows well enough around the card; beside it, the card would cover something else.
  const isLarge = target.width > 2 * card.width;
  const x = isLarge ? inside : fits(right) ? right : fits(left) ? left : inside;
  const y = target.top + Math.min(60, Math.max(0, (target.height - card.height) / 2));
  return {
    left: Math.max(GAP, Math.min(x, window_.width - card.width - GAP)),
    top: Math.max(GAP, Math.min(y, window_.height - card.height - GAP)),
  };
}
