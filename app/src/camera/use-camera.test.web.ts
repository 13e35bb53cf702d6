// What a browser's answers about its camera come to, and that the latest one counts. The question and the settings need a browser; here
// stand its answers.
import { act, renderHook, waitFor } from '@testing-library/react-native';

import { useCamera } from './use-camera';

class Permission extends EventTarget {
  constructor(public state: PermissionState) {
    super();
  }
}
let permission: Permission;
let kinds: MediaDeviceKind[];
const devices = Object.assign(new EventTarget(), {
  enumerateDevices: () => Promise.resolve(kinds.map((kind) => ({ kind }))),
});
beforeEach(() => {
  kinds = ['audioinput', 'videoinput'];
  Object.assign(navigator, {
    mediaDevices: devices,
    permissions: { query: () => Promise.resolve(permission) },
  });
});

async function camera(answer: PermissionState) {
  permission = new Permission(answer);
  const { result } = await renderHook(useCamera);
  await waitFor(() => expect(result.current.state.status).not.toBe('unknown'));
  return result;
}

/** The user answers the browser's question, or changes the answer in its settings. */
async function answer(state: PermissionState) {
  permission.state = state;
  await act(() => permission.dispatchEvent(new Event('change')));
}

test.each([
  ['prompt', 'unasked'],
  ['granted', 'allowed'],
  ['denied', 'denied'],
] as const)('%s is %s', async (said, status) => {
  expect((await camera(said)).current.state.status).toBe(status);
});

test('an answer for this once, which is none again while the feed changes sides, closes no camera', async () => {
  const result = await camera('granted');
  await answer('prompt');
  expect(result.current.state.status).toBe('allowed');
});

test('a device without a camera', async () => {
  kinds = ['audioinput'];
  expect((await camera('prompt')).current.state.status).toBe('absent');
});

test('a camera that is plugged in later is found, and takes nothing from one that is shown', async () => {
  kinds = ['audioinput'];
  const result = await camera('granted');
  const plugIn = (kind: MediaDeviceKind) =>
    act(() => {
      kinds.push(kind);
      devices.dispatchEvent(new Event('devicechange'));
    });
  await plugIn('audiooutput');
  expect(result.current.state.status).toBe('absent');
  await plugIn('videoinput');
  await waitFor(() => expect(result.current.state.status).toBe('allowed'));
  await act(() => result.current.broke('busy'));
  await plugIn('videoinput');
  expect(result.current.state.status).toBe('busy');
});

test('what is changed in the browser’s settings counts at once', async () => {
  const result = await camera('denied');
  await answer('granted');
  expect(result.current.state.status).toBe('allowed');
  await answer('denied');
  expect(result.current.state.status).toBe('denied');
});

test('a camera that stops because it was forbidden is not taken for a busy one, whichever is heard first', async () => {
  const result = await camera('granted');
  await answer('denied');
  await act(() => result.current.broke('busy'));
  expect(result.current.state.status).toBe('denied');
});

test('who closed the question without an answer can be asked again', async () => {
  const result = await camera('prompt');
  await act(() => result.current.broke('denied'));
  expect(result.current.state.status).toBe('unasked');
});

test.each(['absent', 'denied', 'busy'] as const)(
  'a camera that may be used may still be %s',
  async (flaw) => {
    const result = await camera('granted');
    await act(() => result.current.broke(flaw));
    expect(result.current.state.status).toBe(flaw);
  },
);
