// From a detector's maps to boxes, as ml/detect/decode.py does it (docs/contracts.md, Detectors); tests/golden/detections.json binds both.
// Zhou, Wang and Kraehenbuehl 2019, "Objects as Points", section 3, "From points to bounding boxes".
import type { DetectorDescription } from '../model/detector-description';
import { areaOf, overlapOf } from './boxes';
import type { Box, ScoredBox } from './detector';
import type { Maps } from './maps';

/** The boxes whose score is `threshold` or more, best first; of those that overlap too far the best. */
export function decode(
  maps: Maps,
  threshold: number,
  decoding: DetectorDescription['decoding'],
): readonly ScoredBox[] {
  const floor = Math.fround(threshold); // as the scores are
  const peaks: ScoredBox[] = [];
  maps.centres.forEach((score, cell) => {
    if (score >= floor && isPeak(maps, cell)) {
      peaks.push(boxOf(maps, cell));
    }
  });
  peaks.sort((a, b) => b.score - a.score); // keeps the order of equals
  const kept: ScoredBox[] = [];
  for (const peak of peaks) {
    if (kept.length === decoding.max_boxes) {
      break;
    }
    const apart = kept.every(({ box }) => overlapOf(peak.box, box) <= decoding.max_overlap);
    if (apart && areaOf(peak.box) > 0) {
      kept.push(peak);
    }
  }
  return kept;
}

/** The cell of the highest score and its box, however low that is; of equals the first. */
export function bestCell(maps: Maps): ScoredBox {
  const best = maps.centres.reduce(
    (high, score, cell) => (score > (maps.centres[high] ?? 0) ? cell : high),
    0,
  );
  return boxOf(maps, best);
}

/** Whether a cell is higher than its neighbours before it, row by row, and no lower than those after: of a flat top the first counts. */
function isPeak({ rows, columns, centres }: Maps, cell: number): boolean {
  const score = centres[cell] ?? 0;
  const row = Math.floor(cell / columns);
  const column = cell % columns;
  for (let y = Math.max(0, row - 1); y <= Math.min(rows - 1, row + 1); y++) {
    for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) {
      const neighbour = y * columns + x;
      const value = centres[neighbour] ?? 0;
      if (neighbour < cell ? value >= score : value > score) {
        return false;
      }
    }
  }
  return true;
}

function boxOf({ rows, columns, centres, sizes, offsets }: Maps, cell: number): ScoredBox {
  const at = (values: Float32Array, channel: number) => values[2 * cell + channel] ?? 0;
  const x = ((cell % columns) + at(offsets, 0)) / columns;
  const y = (Math.floor(cell / columns) + at(offsets, 1)) / rows;
  const halfWidth = at(sizes, 0) / columns / 2;
  const halfHeight = at(sizes, 1) / rows / 2;
  const box: Box = [
    inside(x - halfWidth),
    inside(y - halfHeight),
    inside(x + halfWidth),
    inside(y + halfHeight),
  ];
  return { score: centres[cell] ?? 0, box };
}

function inside(edge: number): number {
  return Math.min(1, Math.max(0, edge));
}
