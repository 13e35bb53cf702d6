// A remembered photo that is pressed is heard as well as seen: it opens above the wall, where VoiceOver is not.
import { render, screen } from '@testing-library/react-native';

import { phone } from '../feedback/testing/phone';
import { formatFor } from '../strings/format';
import { expectAnnounced } from '../ui/testing/announced';
import type { HistoryEntry } from './entry';
import { RememberedPhoto } from './RememberedPhoto';

test('what it was, how sure and when is announced', async () => {
  const entry: HistoryEntry = {
    id: '1',
    takenAt: '2026-11-24T08:00:00Z',
    verdict: 'positive',
    label: 'Hotdog',
    score: 0.93,
  };
  await render(<RememberedPhoto history={phone().services.history} entry={entry} />);
  const details = `93% · ${formatFor('en').moment(entry.takenAt)}`;
  expect(screen.getByText(details)).toBeTruthy();
  expectAnnounced(`Hotdog, ${details}`);
});
