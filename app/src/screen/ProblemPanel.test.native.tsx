// What went wrong is heard as well as seen.
import { render, screen } from '@testing-library/react-native';
import { AccessibilityInfo, Platform } from 'react-native';

import { en } from '../strings/en';
import { ProblemPanel } from './ProblemPanel';

test('the sentence is announced on iOS, which does not read live regions', async () => {
  const announce = jest.spyOn(AccessibilityInfo, 'announceForAccessibility');
  await render(<ProblemPanel problem="cameraFailed" onTryAgain={jest.fn()} />);
  const sentence = en.problem.cameraFailed;
  expect(screen.getByTestId('problem')).toHaveTextContent(sentence);
  expect(announce.mock.calls.flat()).toEqual(Platform.OS === 'ios' ? [sentence] : []);
});
