// Choosing a photo on a phone: one is taken in, none is no failure, and one that does not come is. The picker needs a phone; here
// stands what it answers.
import { act, renderHook } from '@testing-library/react-native';

import type { Photo } from '../pixels/photo';
import { useChoosePhoto } from './choose-photo';

const mockPick = jest.fn<Promise<{ assets: { uri: string }[] | null }>, []>();
jest.mock('expo-image-picker', () => ({ launchImageLibraryAsync: () => mockPick() }));

async function choose() {
  const onPhoto = jest.fn<undefined, [Photo]>();
  const onFailed = jest.fn<undefined, []>();
  const { result } = await renderHook(() => useChoosePhoto(onPhoto, onFailed));
  await act(() => result.current.choose());
  return { photos: onPhoto.mock.calls.map(([{ uri }]) => uri), failures: onFailed.mock.calls.length };
}

test('a photo that is chosen is taken in', async () => {
  mockPick.mockResolvedValue({ assets: [{ uri: 'file:///cache/lunch.heic' }] });
  expect(await choose()).toEqual({ photos: ['file:///cache/lunch.heic'], failures: 0 });
});

test('to choose none is no failure', async () => {
  mockPick.mockResolvedValue({ assets: null });
  expect(await choose()).toEqual({ photos: [], failures: 0 });
});

test('a photo that cannot be fetched from the cloud is a failure', async () => {
  mockPick.mockRejectedValue(new Error('Cannot load representation of type public.jpeg'));
  expect(await choose()).toEqual({ photos: [], failures: 1 });
});
