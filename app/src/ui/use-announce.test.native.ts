// VoiceOver hears what a live region says, once for each change; TalkBack reads the region itself.
import { renderHook } from '@testing-library/react-native';

import { expectAnnounced } from './testing/announced';
import { useAnnounce } from './use-announce';

test('a message is announced when it appears and when it changes, not when the screen is drawn again', async () => {
  const { rerender } = await renderHook(useAnnounce, { initialProps: null as string | null });
  await rerender('The report could not be kept.');
  await rerender('The report could not be kept.');
  await rerender(null);
  await rerender('The photo could not be prepared.');
  expectAnnounced('The report could not be kept.', 'The photo could not be prepared.');
});

test('a list that is opened does not speak, but its changes do, back to what was there at first too', async () => {
  const { rerender } = await renderHook((text: string) => useAnnounce(text, { onlyChanges: true }), {
    initialProps: 'Waiting to be sent',
  });
  await rerender('Sending');
  await rerender('Waiting to be sent');
  expectAnnounced('Sending', 'Waiting to be sent');
});
