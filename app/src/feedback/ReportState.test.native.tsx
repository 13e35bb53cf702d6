// What becomes of a report is said once, though the verdict and the settings over it both show it.
import { render, screen } from '@testing-library/react-native';

import { expectAnnounced } from '../ui/testing/announced';
import { newReport, type ReportState as State } from './report';
import { ReportState } from './ReportState';
import { DRAFT } from './testing/draft';

const report = newReport(DRAFT, false, 0);
const sent: State = { status: 'sent', at: 0 };
const view = (state: State, silent = false) => <ReportState stored={{ ...report, state }} silent={silent} />;

test('a change is said', async () => {
  const { rerender } = await render(view(report.state));
  await rerender(view({ status: 'sending' }));
  expect(screen.getByTestId('report-state').parent).toHaveProp('aria-live', 'polite');
  expectAnnounced('Sending your report…');
});

test('a silent one says nothing, nor later what changed meanwhile', async () => {
  const { rerender } = await render(view(report.state, true));
  await rerender(view({ status: 'sending' }, true));
  expect(screen.getByTestId('report-state').parent).toHaveProp('aria-live', 'off');
  await rerender(view({ status: 'sending' }));
  expectAnnounced();
  await rerender(view(sent));
  expectAnnounced('Report sent. Good dog!');
});
