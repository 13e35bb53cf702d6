// A report by the screen's own buttons: what goes into the queue is what the user said, and the photo only when asked for.
import type * as NodeCrypto from 'node:crypto';

import { fireEvent, render, screen, waitFor } from '@testing-library/react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';

import type { FeedbackApi } from '../api/feedback-api';
import { Counter } from '../counts/counter';
import type { Services } from '../services/services';
import { History } from '../history/history';
import { memoryStorage } from '../storage/memory-storage';
import { describeModel } from '../updates/testing/publisher';
import { CLASSIFIER, DETECTOR } from '../updates/kind';
import { Updater } from '../updates/updater';
import type { Judgement } from '../verdict/judge';
import { FeedbackQueue } from './feedback-queue';
import { ReportSheet } from './ReportSheet';

const mockPhotoToJpeg = jest.fn(() => Promise.resolve(Uint8Array.of(0xff, 0xd8)));
jest.mock('../pixels/photo-pixels', () => ({ photoToJpeg: () => mockPhotoToJpeg() }));
jest.mock('../storage/random', () => ({
  randomBytes: (count: number) =>
    Uint8Array.from(jest.requireActual<typeof NodeCrypto>('node:crypto').randomBytes(count)),
}));

const SCREEN = {
  frame: { x: 0, y: 0, width: 390, height: 844 },
  insets: { top: 47, bottom: 34, left: 0, right: 0 },
};
const photo = { uri: 'file:///lunch.jpg', takenAt: '2026-11-24T08:00:00Z' };
const judgement: Judgement = {
  prediction: { score: 0.93, heatmap: { height: 1, width: 1, values: Float32Array.of(3) } },
  verdict: 'positive',
  description: describeModel('1.2.3', Uint8Array.of(1), {
    labels: { negative: 'Not pizza', positive: 'Pizza' },
  }),
};

function phone() {
  const storage = memoryStorage();
  const send = jest.fn<ReturnType<FeedbackApi['send']>, Parameters<FeedbackApi['send']>>(() =>
    Promise.resolve({ status: 'accepted' }),
  );
  const api: FeedbackApi = { send, withdraw: () => Promise.resolve({ status: 'accepted' }) };
  const feedback = new FeedbackQueue({ storage, api });
  const device = {
    storage,
    load: () => Promise.reject(new Error('nothing is judged here')),
    digest: () => Promise.resolve(''),
    verify: () => Promise.resolve(false),
    source: 'noServer' as const,
    isMetered: () => Promise.resolve(false),
  };
  const bundled = { description: judgement.description, read: () => Promise.resolve(new Uint8Array()) };
  const updater = new Updater({ ...device, kind: CLASSIFIER, bundled });
  const detector = new Updater({ ...device, kind: DETECTOR, bundled: null });
  const counter = new Counter({ storage, api: { send: () => Promise.resolve({ status: 'accepted' }) } });
  const history = new History({ storage, toSquare: () => Promise.resolve(new Uint8Array()) });
  const services: Services = { storage, feedback, updater, detector, counter, history };
  return { services, send, onKept: jest.fn<undefined, [string]>(), onClose: jest.fn() };
}

async function open({ services, onKept, onClose }: ReturnType<typeof phone>) {
  await render(
    <SafeAreaProvider initialMetrics={SCREEN}>
      <ReportSheet
        services={services}
        photo={photo}
        judgement={judgement}
        onKept={onKept}
        onClose={onClose}
      />
    </SafeAreaProvider>,
  );
}

test('the labels are the model’s, and the opposite of its verdict is proposed', async () => {
  await open(phone());
  expect(screen.getByRole('radio', { name: 'Not pizza' })).toBeChecked();
  expect(screen.getByRole('radio', { name: 'Pizza' })).not.toBeChecked();
});

test('a report carries what the user said, and no photo unless asked', async () => {
  const device = phone();
  const { send, onKept, onClose } = device;
  await open(device);
  await fireEvent.changeText(screen.getByTestId('comment'), '  It is a quiche. ');
  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(send).toHaveBeenCalledTimes(1));
  const [report, jpeg] = send.mock.calls[0] ?? [];
  expect(report).toMatchObject({
    model_version: '1.2.3',
    score: 0.93,
    verdict: 'positive',
    claimed_label: 'negative',
    comment: 'It is a quiche.',
    taken_at: photo.takenAt,
  });
  expect(jpeg).toBeNull();
  expect(onKept).toHaveBeenCalledWith(report?.id);
  expect(onClose).toHaveBeenCalledTimes(1);
});

test('a sheet that was closed before its report was kept does not close what is open by then', async () => {
  const device = phone();
  await open(device);
  await fireEvent.press(screen.getByTestId('send-photo'));
  let encoded: (jpeg: Uint8Array<ArrayBuffer>) => void = jest.fn();
  mockPhotoToJpeg.mockReturnValueOnce(new Promise((resolve) => (encoded = resolve)));
  await fireEvent.press(screen.getByTestId('send-report'));
  await fireEvent.press(screen.getByRole('button', { name: 'Close' }));
  encoded(Uint8Array.of(0xff, 0xd8));
  await waitFor(() => expect(device.onKept).toHaveBeenCalledTimes(1));
  expect(device.onClose).toHaveBeenCalledTimes(1);
});

test('a photo that turns out unreadable after the sheet was closed does not take the report along', async () => {
  const device = phone();
  await open(device);
  await fireEvent.press(screen.getByTestId('send-photo'));
  let gone: (error: Error) => void = jest.fn();
  mockPhotoToJpeg.mockReturnValueOnce(new Promise((_resolve, reject) => (gone = reject)));
  await fireEvent.press(screen.getByTestId('send-report'));
  await fireEvent.press(screen.getByRole('button', { name: 'Close' }));
  gone(new Error('the phone deleted it'));
  await waitFor(() => expect(device.send).toHaveBeenCalledTimes(1));
  expect(device.send.mock.calls[0]?.[1]).toBeNull();
});

test('the photo goes along when asked, and the choice is remembered', async () => {
  const first = phone();
  await open(first);
  await fireEvent.press(screen.getByTestId('send-photo'));
  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(first.send.mock.calls[0]?.[1]).toEqual(Uint8Array.of(0xff, 0xd8)));
  await screen.unmount();

  await open(first);
  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(first.send.mock.calls[1]?.[1]).toEqual(Uint8Array.of(0xff, 0xd8)));
});
