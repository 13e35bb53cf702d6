// Cropping and fitting, by the numbers of the contract.
import { centreSquare, fitWithin } from './geometry';

test('the centre square leans left and up when a pixel is left over', () => {
  expect(centreSquare(4000, 3000)).toEqual({ left: 500, top: 0, side: 3000 });
  expect(centreSquare(3, 8)).toEqual({ left: 0, top: 2, side: 3 });
  expect(centreSquare(5, 5)).toEqual({ left: 0, top: 0, side: 5 });
});

test('a picture is fitted by its longer side and never enlarged', () => {
  expect(fitWithin(4000, 3000, 1000)).toEqual({ width: 1000, height: 750 });
  expect(fitWithin(30, 40, 1000)).toEqual({ width: 30, height: 40 });
  expect(fitWithin(10_000, 1, 100)).toEqual({ width: 100, height: 1 });
});
