// The phone's camera view: a photo is kept, a glance is not, and when it goes, so does its picture. The view itself needs a phone.
import { render, screen, waitFor } from '@testing-library/react-native';
import type * as React from 'react';
import { createRef, type Ref } from 'react';

import type { CameraFeatures, CameraHandle } from './camera';
import { CameraFeed } from './CameraFeed';

const mockTake = jest.fn<Promise<{ uri: string }>, [{ quality: number; shutterSound: boolean }]>();
const mockDeleted: string[] = [];
jest.mock('expo-camera', () => ({
  CameraView: ({ ref }: { readonly ref: Ref<unknown> }) => {
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

async function feed(): Promise<CameraHandle> {
  const handle = createRef<CameraHandle>();
  await render(
    <CameraFeed ref={handle} facing="back" torch={false} active onReady={onReady} onBroken={jest.fn()} />,
  );
  await waitFor(() => expect(handle.current).not.toBeNull());
  if (handle.current === null) {
    throw new Error('no handle');
  }
  return handle.current;
}

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

test('a feed that goes says that there is no picture any more', async () => {
  await feed();
  expect(onReady).not.toHaveBeenCalled();
  await screen.unmount();
  expect(onReady).toHaveBeenCalledWith(null);
});
