// The class-activation map as printed dots: the more a place looks like the positive label, the larger its dot.
import type { Prediction } from '../classifier/classifier';

/** Centre and radius as shares of the square's side. */
export type Dot = { readonly x: number; readonly y: number; readonly radius: number };

const DOTS_A_SIDE = 20;
/** Logits that make a dot of full size, unless the map goes higher: weak evidence stays small. */
const FULL_LOGIT = 4;
/** Share of the full logit that a place must have to be marked: what looks a little like it everywhere explains nothing. */
const FLOOR = 0.3;
const SMALLEST = 0.12;

export function evidenceDots(heatmap: Prediction['heatmap']): readonly Dot[] {
  const full = heatmap.values.reduce((highest, value) => Math.max(highest, value), FULL_LOGIT);
  const dots: Dot[] = [];
  for (let row = 0; row < DOTS_A_SIDE; row++) {
    for (let column = 0; column < DOTS_A_SIDE; column++) {
      const x = (column + 0.5) / DOTS_A_SIDE;
      const y = (row + 0.5) / DOTS_A_SIDE;
      // The area of a dot, not its radius, is what the eye reads as strength.
      const strength = (logitAt(heatmap, x, y) / full - FLOOR) / (1 - FLOOR);
      const size = Math.sqrt(Math.max(0, strength));
      if (size >= SMALLEST) {
        dots.push({ x, y, radius: (size * 0.56) / DOTS_A_SIDE });
      }
    }
  }
  return dots;
}

/** Bilinear between the centres of the map's cells; at the border the nearest cell's value. */
function logitAt({ height, width, values }: Prediction['heatmap'], x: number, y: number): number {
  const [left, right, rightShare] = neighbours(x * width - 0.5, width);
  const [upper, lower, lowerShare] = neighbours(y * height - 0.5, height);
  const at = (row: number, column: number) => values[row * width + column] ?? 0;
  const above = at(upper, left) * (1 - rightShare) + at(upper, right) * rightShare;
  const below = at(lower, left) * (1 - rightShare) + at(lower, right) * rightShare;
  return above * (1 - lowerShare) + below * lowerShare;
}

function neighbours(position: number, count: number): readonly [number, number, number] {
  const inside = Math.min(Math.max(position, 0), count - 1);
  const first = Math.floor(inside);
  return [first, Math.min(first + 1, count - 1), inside - first];
}
