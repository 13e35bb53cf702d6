// What a phone's answers about its camera come to, and that the latest one counts. The question and the settings need a phone; here
// stand its answers, and expo's own hook around them, which asks for them once.
import { act, renderHook, waitFor } from '@testing-library/react-native';
import { createPermissionHook, type PermissionResponse, PermissionStatus } from 'expo';
import { AppState, type AppStateStatus } from 'react-native';

import { useCamera } from './use-camera';

const answer = (status: PermissionStatus, canAskAgain: boolean): PermissionResponse => ({
  status,
  granted: status === PermissionStatus.GRANTED,
  canAskAgain,
  expires: 'never',
});
const REFUSED = answer(PermissionStatus.DENIED, false);
const GRANTED = answer(PermissionStatus.GRANTED, true);

let mockAnswer: PermissionResponse;
const mockHook = createPermissionHook({
  getMethod: () => Promise.resolve(mockAnswer),
  requestMethod: () => Promise.resolve(mockAnswer),
});
jest.mock('expo-camera', () => ({
  useCameraPermissions: () => mockHook(),
}));
const listen = jest.spyOn(AppState, 'addEventListener');

async function camera() {
  const { result } = await renderHook(useCamera);
  await waitFor(() => expect(result.current.state.status).not.toBe('unknown'));
  return result;
}

/** The phone moves the app out of sight, into it, or between. */
async function turn(state: AppStateStatus) {
  await act(() => listen.mock.lastCall?.[1](state));
}

test.each([
  ['not asked yet', answer(PermissionStatus.UNDETERMINED, true), 'unasked'],
  ['refused once, on Android', answer(PermissionStatus.DENIED, true), 'unasked'],
  ['refused for good', REFUSED, 'denied'],
  ['granted', GRANTED, 'allowed'],
])('%s: %j is %s', async (_, phoneSays, status) => {
  mockAnswer = phoneSays;
  expect((await camera()).current.state.status).toBe(status);
});

test('what was granted in the settings counts when the app is back', async () => {
  mockAnswer = REFUSED;
  const result = await camera();
  mockAnswer = GRANTED;
  await turn('background');
  expect(result.current.state.status).toBe('denied');
  await turn('active');
  expect(result.current.state.status).toBe('allowed');
});
