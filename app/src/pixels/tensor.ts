// The part of the pixel contract that every platform shares: from the square's pixels to the network's input.
import { boxMean } from './box-mean';
import { type ReadRows, resample } from './resample';

/**
 * Turns the pixels of a square into the network's input (docs/contracts.md, Image to tensor, steps 3 to 5).
 * @returns uint8 RGB, shape (1, resolution, resolution, 3)
 */
export function squareToTensor(readRows: ReadRows, side: number, resolution: number): Uint8Array {
  return boxMean(resample(readRows, side, 2 * resolution), resolution);
}
