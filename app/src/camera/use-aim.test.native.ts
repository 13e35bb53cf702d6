// What the camera shows goes with the camera. The camera itself needs a phone or a browser; here stands the state of one.
import { act, renderHook } from '@testing-library/react-native';

import type { CameraState } from './camera';
import { useAim } from './use-aim';

let mockState: CameraState;
jest.mock('./use-camera', () => ({ useCamera: () => ({ state: mockState, broke: jest.fn() }) }));

test('a camera that is lost has no features, whether or not its feed could say so', async () => {
  mockState = { status: 'allowed' };
  const { result, rerender } = await renderHook(() => useAim(null, jest.fn(), jest.fn()));
  expect(result.current.features).toBeNull();
  const features = { torch: true, mirrored: false };
  await act(() => result.current.feedProps.onReady(features));
  expect(result.current.features).toEqual(features);
  mockState = { status: 'busy', retry: jest.fn() };
  await rerender(undefined);
  expect(result.current.features).toBeNull();
});
