// The live verdict is heard whenever it is another: not at each glance, nor when the score or the count is.
import { act, render, screen } from '@testing-library/react-native';

import { follow, NO_TRACKS } from '../detection/track';
import { judgement } from '../feedback/testing/phone';
import { Observable } from '../observable';
import { en } from '../strings/en';
import { expectAnnounced } from '../ui/testing/announced';
import type { ModelState } from '../updates/model-state';
import { LiveBand } from './LiveBand';
import type { LiveView } from './use-live-view';

const model: ModelState = {
  status: 'ready',
  description: judgement.description, // of pizza
  source: 'bundled',
  use: () => Promise.reject(new Error('nothing is judged here')),
};
const one = [{ score: 0.9, box: [0.1, 0.1, 0.4, 0.4] as const }];
const oneTrack = follow(follow(NO_TRACKS, one, 0), one, 100);

test('verdicts are announced, percentages and counts are only shown', async () => {
  const view = new Observable<LiveView | null>(null);
  const see = (verdict: 'positive' | 'negative', score: number, boxes: LiveView['boxes']) =>
    act(() => view.set({ verdict: { verdict, score, at: 0 }, boxes }));
  await render(<LiveBand view={view} model={model} width={350} />);
  expect(screen.getByText(en.live.looking)).toBeTruthy();
  expectAnnounced();

  await see('positive', 0.93, NO_TRACKS);
  await see('positive', 0.97, oneTrack);
  expect(screen.getByTestId('live-count')).toHaveTextContent('1 × Pizza');
  await see('negative', 0.2, NO_TRACKS);
  await see('negative', 0.1, NO_TRACKS);
  await see('positive', 0.95, NO_TRACKS);
  expectAnnounced('Pizza', 'Not pizza', 'Pizza');
});
