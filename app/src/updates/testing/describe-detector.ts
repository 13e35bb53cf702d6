// Descriptions of detectors for tests.
import type { DetectorDescription } from '../../model/detector-description';
import { describeModel } from './publisher';

/** One that passes the schema; a test's detector finds, at best, a box that ends at its weights' first byte / 255 with that score. */
export function describeDetector(
  version: string,
  weights: Uint8Array,
  changes: Partial<DetectorDescription> = {},
): DetectorDescription {
  const { metrics, quantisation, self_test, ...shared } = describeModel(version, weights);
  const grid = (channels: number) => ({
    shape: [1, 4, 4, channels] as [number, number, number, number],
    dtype: 'float32' as const,
  });
  const edge = self_test.score;
  return {
    ...shared,
    kind: 'detector',
    outputs: [
      { name: 'centres', ...grid(1) },
      { name: 'sizes', ...grid(2) },
      { name: 'offsets', ...grid(2) },
    ],
    decoding: { max_boxes: 20, max_overlap: 0.5 },
    quantisation,
    metrics: {
      split: metrics.split,
      pictures: 1,
      boxes: 1,
      ap: 1,
      ap50: 1,
      recall: 1,
      precision: 1,
      count_error: null,
      false_boxes: null,
    },
    self_test: { ...self_test, box: [0, 0, edge, edge], box_tolerance: 0.02 },
    ...changes,
  };
}
