// The user's reports: what was said, and the way to take it back, whether or not a model works.
import { fireEvent, render, screen } from '@testing-library/react-native';

import { newReport } from '../feedback/report';
import { DRAFT } from '../feedback/testing/draft';
import { ReportsSection } from './ReportsSection';

test.each([
  ['a model', { negative: 'Not pizza', positive: 'Pizza' }, 'You said: Pizza, with photo'],
  ['none', null, 'with photo'],
])('with %s a report can be taken back', async (_, labels, words) => {
  const stored = newReport(DRAFT, true, 0);
  const onTakeBack = jest.fn<undefined, [string]>();
  await render(<ReportsSection reports={[stored]} labels={labels} onTakeBack={onTakeBack} />);
  expect(screen.getByText(words)).toBeTruthy();
  await fireEvent.press(screen.getByTestId('take-back'));
  expect(onTakeBack.mock.calls).toEqual([[stored.report.id]]);
});

test('without a model and a photo there is nothing to say, and no line for it', async () => {
  await render(
    <ReportsSection reports={[newReport(DRAFT, false, 0)]} labels={null} onTakeBack={jest.fn()} />,
  );
  expect(screen.queryByText('')).toBeNull();
  expect(screen.getByTestId('report-made-at')).toBeTruthy();
});
