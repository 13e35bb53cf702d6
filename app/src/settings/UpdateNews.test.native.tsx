// How a check goes is heard as well as seen, but for the percentages of a download.
import { act, render, screen } from '@testing-library/react-native';

import { phone } from '../feedback/testing/phone';
import { en } from '../strings/en';
import { formatFor } from '../strings/format';
import { expectAnnounced } from '../ui/testing/announced';
import type { Activity, UpdateState } from '../updates/model-state';
import { UpdateNews } from './UpdateNews';

const AT = Date.parse('2026-11-24T08:00:00Z');

test('opening it says nothing; then each step does, a download’s none', async () => {
  const { updater } = phone().services;
  const show = (activity: Activity, rest: Partial<UpdateState> = {}) =>
    act(() => updater.updates.set({ ...updater.updates.get(), activity, ...rest }));
  const download = (receivedBytes: number) =>
    show({ status: 'downloading', version: '1.1.0', receivedBytes, totalBytes: 1_000_000 });
  await show({ status: 'idle' });
  await render(<UpdateNews updater={updater} idPrefix="" />);
  const words = screen.getByTestId('update-state');
  const region = words.parent;
  expect(words).toHaveTextContent(en.updates.neverChecked);
  expect(region).toHaveProp('aria-live', 'polite');

  await show({ status: 'checking' });
  await download(400_000);
  await download(600_000);
  expect(words).toHaveTextContent('Downloading 1.1.0: 60% of 1 MB');
  expect(region).toHaveProp('aria-live', 'off');
  await show({ status: 'testing', version: '1.1.0' });
  expect(region).toHaveProp('aria-live', 'polite');
  await show({ status: 'idle' }, { lastCheck: { at: AT, result: 'updated' } });
  expectAnnounced(
    en.updates.checking,
    en.updates.testing('1.1.0'),
    en.updates.updated(formatFor('en').moment(AT)),
  );
});
