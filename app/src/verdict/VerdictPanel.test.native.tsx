// What can be done about a verdict. One photo is reported once: "Wrong?" is offered until a report is under way, and again when nothing
// came of it.
import { fireEvent, render, screen } from '@testing-library/react-native';

import { judgement, photo } from '../feedback/testing/phone';
import { VerdictPanel } from './VerdictPanel';

jest.mock('react-native-view-shot', () => ({}));
jest.mock('expo-sharing', () => ({}));

const panel = (reportUnderWay: boolean) => (
  <VerdictPanel
    photo={photo}
    judgement={judgement}
    compact={false}
    whyShown={false}
    fromCamera
    report={undefined}
    underSettings={false}
    reportUnderWay={reportUnderWay}
    onNewPhoto={jest.fn()}
    onWhy={jest.fn()}
    onWrong={jest.fn()}
  />
);

test('“Wrong?” waits for a report about this photo that is under way', async () => {
  const { rerender } = await render(panel(false));
  expect(screen.getByTestId('wrong')).toBeEnabled();
  await rerender(panel(true));
  expect(screen.getByTestId('wrong')).toBeDisabled();
  await rerender(panel(false));
  expect(screen.getByTestId('wrong')).toBeEnabled();
});

test('a picture that could not be made is said in a live region', async () => {
  await render(panel(false));
  await fireEvent.press(screen.getByTestId('share'));
  await fireEvent(screen.getByTestId('stamped-photo', { includeHiddenElements: true }), 'error');
  const failure = await screen.findByTestId('share-failed');
  expect(failure.parent).toHaveProp('aria-live', 'polite');
});
