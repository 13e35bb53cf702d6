// Sharing on a phone: what the share sheet is given, and what is said when it gets nothing. Capturing needs a phone; here
// stands one that gives the bytes it would have made.
import * as fs from 'node:fs';

import { act, fireEvent, render, screen, waitFor } from '@testing-library/react-native';

import { Directory, File, Paths } from '../storage/testing/expo-file-system';
import { en } from '../strings/en';
import { expectAnnounced } from '../ui/testing/announced';
import { describeModel } from '../updates/testing/publisher';
import type { Judgement } from '../verdict/judge';
import { ShareButton } from './ShareButton';

const mockCapture = jest.fn<Promise<string>, [unknown, { result: string; width: number; format: string }]>();
const mockShare = jest.fn<Promise<void>, [string, unknown]>();
let mockAvailable = true;
jest.mock('expo-file-system', () => jest.requireActual<object>('../storage/testing/expo-file-system'));
jest.mock('react-native-view-shot', () => ({
  captureRef: (...call: Parameters<typeof mockCapture>) => mockCapture(...call),
}));
jest.mock('expo-sharing', () => ({
  isAvailableAsync: () => Promise.resolve(mockAvailable),
  shareAsync: (...call: Parameters<typeof mockShare>) => mockShare(...call),
}));

const photo = { uri: 'file:///lunch.jpg', takenAt: '2026-11-24T08:00:00Z' };
const judgement: Judgement = {
  prediction: { score: 0.97, heatmap: { height: 1, width: 1, values: Float32Array.of(3) } },
  verdict: 'positive',
  description: describeModel('1.0.0', Uint8Array.of(1)),
};

afterAll(() => fs.rmSync(Paths.document, { recursive: true }));
beforeEach(() => {
  mockAvailable = true;
  mockCapture.mockReset().mockResolvedValue('/9j/');
  mockShare.mockReset().mockResolvedValue();
});

async function press(onFailed: (failed: boolean) => void) {
  await render(<ShareButton photo={photo} judgement={judgement} onFailed={onFailed} />);
  await fireEvent.press(screen.getByTestId('share'));
}

/** What happens on the phone once the photo has been drawn, or could not be. */
async function draw(event: 'load' | 'error') {
  await fireEvent(screen.getByTestId('stamped-photo', { includeHiddenElements: true }), event);
  // The picture is captured in the frame after.
  await act(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

test('the stamped picture is captured once it is drawn, and shared as a JPEG', async () => {
  const onFailed = jest.fn<undefined, [boolean]>();
  await press(onFailed);
  expect(mockCapture).not.toHaveBeenCalled();
  expect(screen.getByText(/97% .* DeepDog/, { includeHiddenElements: true })).toBeTruthy();
  await draw('load');
  await waitFor(() => expect(onFailed).toHaveBeenCalledWith(false));
  expect(mockCapture.mock.calls[0]?.[1]).toMatchObject({
    result: 'base64', // else it leaves a file behind
    width: 1080,
    height: 1080,
    format: 'jpg',
  });
  expect(mockShare).toHaveBeenCalledWith(expect.stringMatching(/Shared\/deepdog-hotdog\.jpg$/), {
    mimeType: 'image/jpeg',
    UTI: 'public.jpeg',
  });
  const shared = new File(new Directory(Paths.cache, 'Shared'), 'deepdog-hotdog.jpg');
  expect(await shared.bytes()).toEqual(Uint8Array.of(0xff, 0xd8, 0xff));
  expect(screen.queryByTestId('stamped-photo', { includeHiddenElements: true })).toBeNull();
});

const mishaps: readonly (readonly [string, 'load' | 'error', () => void])[] = [
  ['the photo cannot be drawn', 'error', () => undefined],
  ['the phone shares nothing', 'load', () => void (mockAvailable = false)],
  [
    'the picture cannot be captured',
    'load',
    () => void mockCapture.mockRejectedValue(new Error('no memory')),
  ],
];

test.each(mishaps)('%s: the screen hears of it, and so does VoiceOver', async (_, event, arrange) => {
  arrange();
  const onFailed = jest.fn<undefined, [boolean]>();
  await press(onFailed);
  await draw(event);
  await waitFor(() => expect(onFailed).toHaveBeenCalledWith(true));
  expectAnnounced(en.problem.notShared);
  expect(mockShare).not.toHaveBeenCalled();
});
