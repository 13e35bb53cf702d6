// Reads PNG pictures, which may be transparent, as the pixel contract's first step wants them.
import { decode, toRGBA8 } from 'upng-js';

export type Pixels = {
  readonly width: number;
  readonly height: number;
  /** 8-bit RGBA, rows from the top, opaque. */
  readonly data: Uint8Array;
};

/** The picture laid on white (docs/contracts.md, Image to tensor, step 1). Throws when the bytes are no PNG. */
export function readPngOnWhite(png: Uint8Array): Pixels {
  const { width, height, data } = read(png);
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3] ?? 255;
    if (alpha < 255) {
      for (let channel = i; channel < i + 3; channel++) {
        data[channel] = Math.round(((data[channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
      }
      data[i + 3] = 255;
    }
  }
  return { width, height, data };
}

/** Whether anything shines through the picture. Throws when the bytes are no PNG. */
export function isTransparent(png: Uint8Array): boolean {
  return read(png).data.some((value, i) => i % 4 === 3 && value < 255);
}

function read(png: Uint8Array): Pixels {
  const picture = decode(png.slice().buffer);
  const [frame = new ArrayBuffer()] = toRGBA8(picture);
  return { width: picture.width, height: picture.height, data: new Uint8Array(frame) };
}
