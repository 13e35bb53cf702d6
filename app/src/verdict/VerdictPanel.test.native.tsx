// One photo is reported once: "Wrong?" is offered until a report is under way, and again when nothing came of it.
import { render, screen } from '@testing-library/react-native';

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
