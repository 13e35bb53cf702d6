// The torch shines upon what is aimed at, not on while its photo is shown. The view itself needs a phone.
import { render, screen } from '@testing-library/react-native';
import { createRef } from 'react';

import type { CameraHandle } from './camera';
import { CameraFeed } from './CameraFeed';

const mockView = jest.fn<null, [{ readonly enableTorch: boolean }]>(() => null);
jest.mock('expo-camera', () => ({
  CameraView: (props: { readonly enableTorch: boolean }) => mockView(props),
}));

const feed = (active: boolean) => (
  <CameraFeed
    ref={createRef<CameraHandle>()}
    facing="back"
    torch
    active={active}
    onReady={jest.fn()}
    onBroken={jest.fn()}
  />
);

test('the torch is lit while aiming, and dark under a photo', async () => {
  await render(feed(true));
  expect(mockView.mock.lastCall?.[0].enableTorch).toBe(true);
  await screen.rerender(feed(false));
  expect(mockView.mock.lastCall?.[0].enableTorch).toBe(false);
});
