// Cropping and fitting, by the numbers of the contract.
import type { Box } from '../detection/detector';
import { centreSquare, fitWithin, resizeSteps, type Square, squareAround } from './geometry';

test('the centre square leans left and up when a pixel is left over', () => {
  expect(centreSquare(4000, 3000)).toEqual({ left: 500, top: 0, side: 3000 });
  expect(centreSquare(3, 8)).toEqual({ left: 0, top: 2, side: 3 });
  expect(centreSquare(5, 5)).toEqual({ left: 0, top: 0, side: 5 });
});

test.each([
  [3000, 320, [2560, 1280, 640, 320]],
  [2560, 320, [1280, 640, 320]],
  [641, 320, [640, 320]],
  [640, 320, [320]],
  [320, 320, [320]],
  [40, 480, [480]],
])('a square of %d pixels becomes one of %d without a pixel skipped', (side, target, steps) => {
  expect(resizeSteps(side, target)).toEqual(steps);
});

test('a picture is fitted by its longer side and never enlarged', () => {
  expect(fitWithin(4000, 3000, 1000)).toEqual({ width: 1000, height: 750 });
  expect(fitWithin(30, 40, 1000)).toEqual({ width: 30, height: 40 });
  expect(fitWithin(10_000, 1, 100)).toEqual({ width: 100, height: 1 });
});

test.each<[Box, number, number, Square]>([
  [[0.25, 0.5, 0.5, 0.6], 4000, 3000, { left: 1175, top: 1200, side: 900 }],
  [[0, 0, 0.1, 0.1], 3000, 4000, { left: 0, top: 470, side: 360 }],
  [[0, 0.2, 1, 0.9], 640, 480, { left: 80, top: 0, side: 480 }],
  [[0.9, 0.95, 1, 1], 500, 500, { left: 440, top: 440, side: 60 }],
])('the square around %j of %d x %d is the one that Python looks at', (box, width, height, square) => {
  expect(squareAround(box, width, height)).toEqual(square);
});
