// From the buffers that a runtime hands back to a detector's three maps, by the order that model.json states.
import type { DetectorDescription } from '../model/detector-description';

/** What the network says of a picture, on a grid of cells, row by row. */
export type Maps = {
  readonly rows: number;
  readonly columns: number;
  /** rows x columns: probability that a box has its centre in the cell. */
  readonly centres: Float32Array;
  /** rows x columns x 2: width and height of that box, in cells. */
  readonly sizes: Float32Array;
  /** rows x columns x 2: x and y of its centre from the cell's left and upper edge, in cells. */
  readonly offsets: Float32Array;
};

/** Throws when a runtime's buffer has another length than model.json says. */
export function readMaps(outputs: DetectorDescription['outputs'], buffers: readonly Float32Array[]): Maps {
  const read = (name: 'centres' | 'sizes' | 'offsets'): Float32Array => {
    const index = outputs.findIndex((output) => output.name === name);
    const shape: readonly number[] = outputs[index]?.shape ?? [];
    const values = buffers[index];
    if (values?.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new RangeError(
        `output "${name}" has ${values?.length ?? 0} values; model.json says ${shape.join(' x ')}`,
      );
    }
    return values;
  };
  const [, rows, columns] = outputs[0].shape;
  return { rows, columns, centres: read('centres'), sizes: read('sizes'), offsets: read('offsets') };
}
