// A report by the screen's own buttons: what goes into the queue is what the user said, and the photo only when asked for.
import type * as NodeCrypto from 'node:crypto';

import { fireEvent, render, screen, waitFor } from '@testing-library/react-native';
import { SafeAreaProvider } from 'react-native-safe-area-context';

import { choose, isChosen } from '../storage/choices';
import { en } from '../strings/en';
import { ReportSheet } from './ReportSheet';
import { judgement, phone, photo } from './testing/phone';

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
async function open({ services, onReport, onClose }: ReturnType<typeof phone>) {
  await render(
    <SafeAreaProvider initialMetrics={SCREEN}>
      <ReportSheet
        services={services}
        photo={photo}
        judgement={judgement}
        onReport={onReport}
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
  const { send, onReport, onClose } = device;
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
  expect(onReport.mock.calls).toEqual([[{ status: 'underWay' }], [{ status: 'kept', id: report?.id }]]);
  await waitFor(() => expect(onClose).toHaveBeenCalledTimes(1));
});

test('the second press of a double one sends nothing, and does not fall upon what lies beneath', async () => {
  const device = phone();
  await open(device);
  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(device.send).toHaveBeenCalledTimes(1));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(device.onClose).not.toHaveBeenCalled();
  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(device.onClose).toHaveBeenCalledTimes(1));
  expect(device.send).toHaveBeenCalledTimes(1);
});

test('a sheet that was closed before its report was kept does not close what is open by then', async () => {
  const device = phone();
  await open(device);
  await fireEvent.press(screen.getByTestId('send-photo'));
  let encoded: (jpeg: Uint8Array<ArrayBuffer>) => void = jest.fn();
  mockPhotoToJpeg.mockReturnValueOnce(new Promise((resolve) => (encoded = resolve)));
  await fireEvent.press(screen.getByTestId('send-report'));
  await fireEvent.press(screen.getByRole('button', { name: 'Close' }));
  expect(device.onReport.mock.calls).toEqual([[{ status: 'underWay' }]]);
  encoded(Uint8Array.of(0xff, 0xd8));
  await waitFor(() =>
    expect(device.onReport).toHaveBeenLastCalledWith(expect.objectContaining({ status: 'kept' })),
  );
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

test('a photo that cannot be read is left out of this report, and the choice stays as it was', async () => {
  const device = phone();
  await choose(device.services.storage, 'sendPhoto', true);
  await open(device);
  await waitFor(() => expect(screen.getByTestId('send-photo')).toBeChecked());
  mockPhotoToJpeg.mockRejectedValueOnce(new Error('no picture'));
  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(device.onReport).toHaveBeenLastCalledWith({ status: 'none' }));
  expect(screen.getByText(en.report.photoUnreadable)).toBeTruthy();
  expect(screen.getByTestId('send-photo')).not.toBeChecked();

  await fireEvent.press(screen.getByTestId('send-report'));
  await waitFor(() => expect(device.send).toHaveBeenCalledTimes(1));
  expect(device.send.mock.calls[0]?.[1]).toBeNull();
  expect(await isChosen(device.services.storage, 'sendPhoto')).toBe(true);
});
