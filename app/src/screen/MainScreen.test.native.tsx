// What is pressed in one breath: the sheet is drawn as a transition, so that the photo that it is about may be gone before it.
import { act, fireEvent, render, screen } from '@testing-library/react-native';

import type { Classifier } from '../classifier/classifier';
import type { DetectorState } from '../detection/detector-state';
import { judgement, phone } from '../feedback/testing/phone';
import { Observable } from '../observable';
import type { ModelState } from '../updates/model-state';
import { MainScreen } from './MainScreen';

jest.mock('../camera/use-camera', () => ({
  useCamera: () => ({ state: { status: 'absent' }, broke: () => undefined }),
}));
jest.mock('expo-image-picker', () => ({
  launchImageLibraryAsync: () => Promise.resolve({ assets: [{ uri: 'file:///lunch.jpg' }] }),
}));
jest.mock('react-native-safe-area-context', () => ({
  useSafeAreaInsets: () => ({ top: 0, right: 0, bottom: 0, left: 0 }),
}));
jest.mock('../pixels/photo-pixels', () => ({
  photoToTensor: () => Promise.resolve(new Uint8Array()),
  releasePhoto: () => undefined,
}));

type Pressed = { readonly onClick: (event: object) => void };

const { description, prediction } = judgement;
const classifier: Classifier = {
  description,
  classify: () => Promise.resolve(prediction),
  dispose: () => Promise.resolve(),
};
const model: ModelState = {
  status: 'ready',
  description,
  source: 'bundled',
  use: (task) => task(classifier),
};

test('whoever presses “Wrong?” and goes on to the next photo at once is not asked about that one', async () => {
  const detector = new Observable<DetectorState>({ status: 'absent' });
  await render(<MainScreen model={model} detector={detector} reports={[]} services={phone().services} />);
  await fireEvent.press(screen.getByTestId('choose-photo'));
  await screen.findByTestId('verdict');
  const [wrong, next] = ['wrong', 'new-photo'].map((id) => screen.getByTestId(id).props as Pressed);
  await act(() => {
    wrong?.onClick({});
    next?.onClick({});
  });
  await screen.findByTestId('verdict');
  expect(screen.queryByTestId('send-report')).toBeNull();
});
