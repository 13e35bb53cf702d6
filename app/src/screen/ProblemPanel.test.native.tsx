// What went wrong is heard as well as seen.
import { render, screen } from '@testing-library/react-native';

import { en } from '../strings/en';
import { expectAnnounced } from '../ui/testing/announced';
import { ProblemPanel } from './ProblemPanel';

test('the sentence is announced', async () => {
  await render(<ProblemPanel problem="cameraFailed" onTryAgain={jest.fn()} />);
  expect(screen.getByTestId('problem')).toHaveTextContent(en.problem.cameraFailed);
  expectAnnounced(en.problem.cameraFailed);
});
