// Where a box lies on the screen.
import type { Box } from './detector';

/** In points. */
export type Place = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** Of a box on a square picture of `side` points, which may be shown mirrored. */
export function placeOf([left, top, right, bottom]: Box, side: number, mirrored = false): Place {
  return {
    left: (mirrored ? 1 - right : left) * side,
    top: top * side,
    width: (right - left) * side,
    height: (bottom - top) * side,
  };
}

/** The place, made large enough to be touched; it does not leave the picture for that. */
export function touchPlaceOf({ left, top, width, height }: Place, side: number, smallest: number): Place {
  const grown = (start: number, length: number) => {
    const long = Math.max(length, smallest);
    return { from: Math.max(0, Math.min(start - (long - length) / 2, side - long)), long };
  };
  const across = grown(left, width);
  const down = grown(top, height);
  return { left: across.from, top: down.from, width: across.long, height: down.long };
}
