// Which part of a picture is looked at (docs/contracts.md, Image to tensor, step 2).

/** A square part of an upright picture, in pixels. */
export type Square = { readonly left: number; readonly top: number; readonly side: number };

/** Returns the largest square in the middle of a picture of `width` x `height` pixels. */
export function centreSquare(width: number, height: number): Square {
  const side = Math.min(width, height);
  return { left: Math.floor((width - side) / 2), top: Math.floor((height - side) / 2), side };
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
