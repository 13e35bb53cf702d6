// Boxes are drawn where they are, mirrored where the camera is, and are never too small to touch.
import { placeOf, touchPlaceOf } from './place';

test('a box lies where its fractions say', () => {
  expect(placeOf([0.25, 0.5, 0.5, 0.75], 400)).toEqual({ left: 100, top: 200, width: 100, height: 100 });
});

test('in a mirror left is right', () => {
  expect(placeOf([0, 0.5, 0.25, 1], 400, true)).toEqual({ left: 300, top: 200, width: 100, height: 200 });
});

test('a small box is touched around it, but inside the picture', () => {
  expect(touchPlaceOf({ left: 100, top: 0, width: 20, height: 10 }, 400, 48)).toEqual({
    left: 86,
    top: 0,
    width: 48,
    height: 48,
  });
  expect(touchPlaceOf({ left: 390, top: 380, width: 10, height: 20 }, 400, 48)).toMatchObject({
    left: 352,
    top: 352,
  });
});

test('a large box is touched where it is', () => {
  const place = { left: 10, top: 20, width: 300, height: 200 };
  expect(touchPlaceOf(place, 400, 48)).toEqual(place);
});
