// Which part of a picture is looked at, and over which sizes it shrinks (docs/contracts.md, Image to tensor, steps 2 and 3).
import type { Box } from '../detection/detector';

/** Side of the square around a box, in longer sides of the box. */
const MARGIN = 1.2;

/** A square part of an upright picture, in pixels. */
export type Square = { readonly left: number; readonly top: number; readonly side: number };

/** Returns the largest square in the middle of a picture of `width` x `height` pixels. */
export function centreSquare(width: number, height: number): Square {
  const side = Math.min(width, height);
  return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
}

/**
 * Returns the square to look at around a box: MARGIN times its longer side, moved and cut to lie in the picture. As `around` of
 * ml/detect/second_look.py has it.
 * @param box in fractions of the picture's centre square
 */
export function squareAround([left, top, right, bottom]: Box, width: number, height: number): Square {
  const whole = centreSquare(width, height);
  const longer = Math.max(right - left, bottom - top) * whole.side;
  const side = Math.max(1, Math.min(Math.round(longer * MARGIN), whole.side));
  const from = (start: number, middle: number, end: number) =>
    Math.min(Math.max(Math.round(start + middle * whole.side - side / 2), 0), end - side);
  return {
    left: from(whole.left, (left + right) / 2, width),
    top: from(whole.top, (top + bottom) / 2, height),
    side,
  };
}

/**
 * Returns the sides over which a square of `side` pixels is resized to `target`: all but the first step are halvings, and that one
 * is no more. Android makes each pixel from the four nearest ones: their mean where it halves, but a longer step would skip some.
 */
export function resizeSteps(side: number, target: number): readonly number[] {
  return side > 2 * target ? [...resizeSteps(side, 2 * target), target] : [target];
}

/** Returns the size that fits `longest` pixels on the longer side, never larger than the picture. */
export function fitWithin(
  width: number,
  height: number,
  longest: number,
): { readonly width: number; readonly height: number } {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
