// What a switch means is heard as well as seen. Its label stands for all that lies inside it, so the hint goes beside the label.
import { render, screen } from '@testing-library/react-native';

import { Toggle } from './Toggle';

test('the hint is what the switch says after its label', async () => {
  await render(
    <Toggle
      label="Send the photo"
      hint="People will look at it."
      on={false}
      onChange={jest.fn()}
      testID="send-photo"
    />,
  );
  expect(screen.getByRole('switch', { name: 'Send the photo' })).toHaveProp(
    'accessibilityHint',
    'People will look at it.',
  );
  expect(screen.getByText('People will look at it.')).toBeTruthy();
});
