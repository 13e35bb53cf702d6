// The camera has few frames to give, and stalls once none of them comes back: each is closed, read or not.
import { frameToPhoto, frameToTensors } from './frame';

const close = jest.fn();
const frame = { displayWidth: 640, displayHeight: 480, close } as unknown as VideoFrame;
beforeAll(() => {
  Object.assign(globalThis, {
    OffscreenCanvas: class {
      getContext = () => null;
    },
  });
});
beforeEach(() => close.mockReset());

test('a photo that finds no canvas to be drawn on', async () => {
  await expect(frameToPhoto(frame, 192)).rejects.toThrow('no canvas');
  expect(close).toHaveBeenCalledTimes(1);
});

test('a glance that finds none', () => {
  expect(() => frameToTensors(frame, [192])).toThrow('no canvas');
  expect(close).toHaveBeenCalledTimes(1);
});
