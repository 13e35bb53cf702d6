// What "Why?" shows is heard as well as seen: the evidence, how many were found, and what a part alone looks like.
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react-native';

import type { Classifier } from '../classifier/classifier';
import type { Detector } from '../detection/detector';
import type { DetectorState } from '../detection/detector-state';
import { judgement, photo } from '../feedback/testing/phone';
import { Observable } from '../observable';
import { en } from '../strings/en';
import { expectAnnounced } from '../ui/testing/announced';
import { leaseOf } from '../updates/lease';
import type { ModelState } from '../updates/model-state';
import { describeDetector } from '../updates/testing/describe-detector';
import { WhyOverlay } from './WhyOverlay';

jest.mock('../pixels/photo-pixels', () => ({ photoToTensor: () => Promise.resolve(new Uint8Array()) }));

const dispose = () => Promise.resolve();
const { description, prediction } = judgement; // of pizza
const classifier: Classifier = { description, dispose, classify: () => Promise.resolve(prediction) };
const found = { score: 0.9, box: [0.1, 0.1, 0.4, 0.4] as const };
const detector: Detector = {
  description: { ...describeDetector('1.0.0', Uint8Array.of(1)), labels: description.labels },
  detect: () => Promise.resolve([found]),
  bestCell: () => Promise.resolve(found),
  dispose,
};
const running = (judge: Classifier): ModelState => ({
  status: 'ready',
  source: 'bundled',
  description,
  use: leaseOf(judge).use,
});
const finding = (eye: Detector): DetectorState => ({
  status: 'ready',
  source: 'bundled',
  description: eye.description,
  use: leaseOf(eye).use,
});

function overlay(state: Observable<DetectorState>, judge: Classifier) {
  return (
    <WhyOverlay photo={photo} judgement={judgement} model={running(judge)} detector={state} side={350} />
  );
}

test('each answer is announced, not that the next one is awaited', async () => {
  await render(overlay(new Observable(finding(detector)), classifier));
  await waitFor(() => expect(screen.getByTestId('why-words')).toHaveTextContent('1 × Pizza'));
  expectAnnounced(en.verdict.whySome('Pizza'), '1 × Pizza');

  await fireEvent.press(screen.getByTestId('photo-box'));
  const answer = en.boxes.score('Pizza', '93%');
  await waitFor(() => expect(screen.getByTestId('box-words')).toHaveTextContent(answer));
  expectAnnounced(en.verdict.whySome('Pizza'), '1 × Pizza', answer);
});

test('a part that was asked for before another detector found others is none of theirs', async () => {
  let answer: (prediction: typeof judgement.prediction) => void = () => undefined;
  const slow: Classifier = { ...classifier, classify: () => new Promise((resolve) => (answer = resolve)) };
  const other = { score: 0.8, box: [0.5, 0.5, 0.9, 0.9] as const };
  const state = new Observable(finding(detector));
  await render(overlay(state, slow));
  await fireEvent.press(await screen.findByTestId('photo-box'));
  await waitFor(() => expect(screen.getByTestId('box-words')).toHaveTextContent(en.judging));

  await act(() => state.set(finding({ ...detector, detect: () => Promise.resolve([other]) })));
  await waitFor(() => expect(screen.getByTestId('box-words')).toHaveTextContent(en.boxes.tap));
  await act(async () => {
    answer(prediction);
    await new Promise((resolve) => setTimeout(resolve, 0));
  });
  expect(screen.getByTestId('photo-box')).toHaveAccessibleName(en.boxes.box('1', '1'));
});
