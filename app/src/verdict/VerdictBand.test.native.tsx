// The verdict is felt and heard as well as read, once, and felt another way for yes than for no; its word stays in its band.
import { render, screen } from '@testing-library/react-native';
import { AccessibilityInfo } from 'react-native';

import { en } from '../strings/en';
import { describeModel } from '../updates/testing/publisher';
import type { Judgement } from './judge';
import { VerdictBand } from './VerdictBand';

const mockFeel = jest.fn<Promise<void>, [string]>(() =>
  Promise.reject(new Error('this phone cannot vibrate')),
);
jest.mock('expo-haptics', () => ({
  NotificationFeedbackType: { Success: 'success', Error: 'error' },
  notificationAsync: (type: string) => mockFeel(type),
}));

const judgement = (verdict: Judgement['verdict']): Judgement => ({
  prediction: { score: 0.97, heatmap: { height: 1, width: 1, values: Float32Array.of(3) } },
  verdict,
  description: describeModel('1.0.0', Uint8Array.of(1)),
});

test.each([
  ['positive', 'success'],
  ['negative', 'error'],
] as const)('%s: %s', async (verdict, pattern) => {
  mockFeel.mockClear();
  const band = (width: number) => (
    <VerdictBand judgement={judgement(verdict)} width={width} bleed compact={false} />
  );
  const { rerender } = await render(band(390));
  await rerender(band(844)); // The phone was turned: the verdict is no other.
  expect(mockFeel.mock.calls).toEqual([[pattern]]);
  expect(screen.getByTestId('verdict')).toBeTruthy();
});

test('the word, already as large as fits, does not grow out of its band with the system’s text', async () => {
  await render(<VerdictBand judgement={judgement('positive')} width={390} bleed compact={false} />);
  expect(screen.getByTestId('verdict')).toHaveProp('allowFontScaling', false);
});

test('the verdict is announced with its score, on both kinds of phones, and no live region says it again', async () => {
  const announce = jest.spyOn(AccessibilityInfo, 'announceForAccessibility').mockReset();
  await render(<VerdictBand judgement={judgement('positive')} width={390} bleed compact={false} />);
  expect(announce.mock.calls).toEqual([[en.verdict.accessible('Hotdog', 'Hotdog', '97%')]]);
  expect(screen.getByTestId('verdict').parent).toHaveProp('aria-live', 'off');
});
