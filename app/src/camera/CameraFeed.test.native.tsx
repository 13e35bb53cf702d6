// The phone's camera view: a photo is kept, a glance is not, the one waits for the other, and when the view goes, so does its
// picture. The view itself needs a phone.
import { act, render, screen, waitFor } from '@testing-library/react-native';
import type * as React from 'react';
import { createRef, type Ref } from 'react';

import type { CameraFeatures, CameraHandle, Facing } from './camera';
import { CameraFeed } from './CameraFeed';

const mockTake = jest.fn<Promise<{ uri: string }>, [{ quality: number; shutterSound: boolean }]>();
const mockDeleted: string[] = [];
let mockSayReady: () => void;
jest.mock('expo-camera', () => ({
  CameraView: ({
    ref,
    onCameraReady,
  }: {
    readonly ref: Ref<unknown>;
    readonly onCameraReady: () => void;
  }) => {
    mockSayReady = onCameraReady;
    jest
      .requireActual<typeof React>('react')
      .useImperativeHandle(ref, () => ({ takePictureAsync: mockTake }));
    return null;
  },
}));
jest.mock('../pixels/photo-pixels', () => ({
  photoToTensor: ({ uri }: { uri: string }, resolution: number) =>
    uri.includes('broken') ? Promise.reject(new Error()) : Promise.resolve(new Uint8Array(resolution)),
}));
jest.mock('./delete-photo', () => ({
  deletePhoto: ({ uri }: { uri: string }) => void mockDeleted.push(uri),
}));

const onReady = jest.fn<undefined, [CameraFeatures | null]>();

const feedFacing = (facing: Facing, handle = createRef<CameraHandle>()) => (
  <CameraFeed ref={handle} facing={facing} torch={false} active onReady={onReady} onBroken={jest.fn()} />
);

async function feed(): Promise<CameraHandle> {
  const handle = createRef<CameraHandle>();
  await render(feedFacing('back', handle));
  await waitFor(() => expect(handle.current).not.toBeNull());
  if (handle.current === null) {
    throw new Error('no handle');
  }
  return handle.current;
}

afterEach(() => jest.useRealTimers());
beforeEach(() => {
  mockDeleted.length = 0;
  onReady.mockReset();
  mockTake.mockReset().mockResolvedValue({ uri: 'file:///cache/1.jpg' });
});

test('a photo is taken without a sound of the system’s, and kept', async () => {
  const { uri, takenAt } = await (await feed()).takePhoto(null);
  expect([uri, Number.isNaN(Date.parse(takenAt))]).toEqual(['file:///cache/1.jpg', false]);
  expect(mockTake).toHaveBeenCalledWith({ quality: 0.95, shutterSound: false });
  expect(mockDeleted).toEqual([]);
});

test('a glance leaves no photo behind, read or not', async () => {
  const [small, large] = await (await feed()).glance([32, 64]);
  expect([small?.length, large?.length]).toEqual([32, 64]);
  mockTake.mockResolvedValue({ uri: 'file:///cache/broken.jpg' });
  await expect((await feed()).glance([32])).rejects.toThrow();
  expect(mockDeleted).toEqual(['file:///cache/1.jpg', 'file:///cache/broken.jpg']);
});

test('the shutter waits for a glance under way, and glances give way to the photo: iOS refuses what overlaps', async () => {
  const uris = ['file:///cache/glance.jpg', 'file:///cache/photo.jpg'];
  let taking = false;
  mockTake.mockImplementation(async () => {
    if (taking) {
      throw new Error('Camera is not ready yet');
    }
    taking = true;
    await new Promise(setImmediate);
    taking = false;
    return { uri: uris.shift() ?? '' };
  });
  const handle = await feed();
  const glance = handle.glance([32]);
  const photo = handle.takePhoto(null);
  await expect(handle.glance([32])).rejects.toThrow('another picture is being taken');
  expect(await glance).toHaveLength(1);
  await expect(handle.glance([32])).rejects.toThrow('another picture is being taken');
  expect((await photo).uri).toBe('file:///cache/photo.jpg');
  expect(mockDeleted).toEqual(['file:///cache/glance.jpg']);
});

test('a glance that fails takes nothing from the photo behind it', async () => {
  mockTake.mockRejectedValueOnce(new Error('no picture'));
  const handle = await feed();
  const glance = handle.glance([32]);
  const photo = handle.takePhoto(null);
  await expect(glance).rejects.toThrow('no picture');
  expect((await photo).uri).toBe('file:///cache/1.jpg');
  expect(await handle.glance([32])).toHaveLength(1);
});

test('a glance that never comes holds up the shutter for a few seconds, not for ever', async () => {
  const handle = await feed();
  mockTake.mockReturnValueOnce(new Promise(() => undefined));
  jest.useFakeTimers();
  const glance = expect(handle.glance([32])).rejects.toThrow('no picture');
  const photo = handle.takePhoto(null);
  await jest.advanceTimersByTimeAsync(2900);
  expect(mockTake).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(100);
  await glance;
  expect((await photo).uri).toBe('file:///cache/1.jpg');
  expect(jest.getTimerCount()).toBe(0);
  expect(await handle.glance([32])).toHaveLength(1);
});

test('a photo that never comes is given up, and deleted should it come after all', async () => {
  const handle = await feed();
  let comeLate: (picture: { uri: string }) => void = () => undefined;
  mockTake.mockReturnValueOnce(new Promise((resolve) => (comeLate = resolve)));
  jest.useFakeTimers();
  const photo = expect(handle.takePhoto(null)).rejects.toThrow('no picture');
  await jest.advanceTimersByTimeAsync(10_000);
  await photo;
  comeLate({ uri: 'file:///cache/late.jpg' });
  await jest.advanceTimersByTimeAsync(0);
  expect(mockDeleted).toEqual(['file:///cache/late.jpg']);
  expect((await handle.takePhoto(null)).uri).toBe('file:///cache/1.jpg');
});

test('the other camera’s features are told when it is switched to, though iOS says only once that it is ready', async () => {
  await render(feedFacing('back'));
  await act(() => mockSayReady());
  expect(onReady).toHaveBeenLastCalledWith({ torch: true, mirrored: false });
  await screen.rerender(feedFacing('front'));
  expect(onReady).toHaveBeenLastCalledWith({ torch: false, mirrored: true });
  expect(onReady).not.toHaveBeenCalledWith(null);
});

test('a feed that goes says that there is no picture any more', async () => {
  await feed();
  expect(onReady).not.toHaveBeenCalled();
  await screen.unmount();
  expect(onReady).toHaveBeenCalledWith(null);
});
