// In the browser a switch is described by its hint on the screen, not by a second copy of the text.
import { AppRegistry } from 'react-native';

import { Toggle } from './Toggle';

test('the switch is described by its hint', async () => {
  AppRegistry.registerComponent('toggle', () => () => (
    <Toggle
      label="Send the photo"
      hint="People will look at it."
      on={false}
      onChange={jest.fn()}
      testID="send-photo"
    />
  ));
  const drawn = new Promise((resolve) =>
    new MutationObserver(resolve).observe(document.body, { childList: true }),
  );
  AppRegistry.runApplication('toggle', { rootTag: document.body });
  await drawn;
  const toggle = document.querySelector('[role=switch]');
  const hint = document.getElementById(toggle?.getAttribute('aria-describedby') ?? '');
  expect(toggle?.getAttribute('aria-label')).toBe('Send the photo');
  expect(hint?.textContent).toBe('People will look at it.');
});
