// A photo that takes its time is heard to be judged.
import { render, screen } from '@testing-library/react-native';

import { en } from '../strings/en';
import { expectAnnounced } from '../ui/testing/announced';
import { Sniffing } from './Sniffing';

test('what is shown after a moment is announced', async () => {
  await render(<Sniffing />);
  expect(await screen.findByText(en.judging)).toBeTruthy();
  expectAnnounced(en.judging);
});
