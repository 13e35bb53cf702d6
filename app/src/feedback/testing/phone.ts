// A phone that shows a verdict, for tests of what is reported about it.
import type { FeedbackApi } from '../../api/feedback-api';
import type { PhotoReport } from '../../camera/session';
import { Counter } from '../../counts/counter';
import { History } from '../../history/history';
import type { Photo } from '../../pixels/photo';
import type { Services } from '../../services/services';
import { memoryStorage } from '../../storage/memory-storage';
import { CLASSIFIER, DETECTOR } from '../../updates/kind';
import { describeModel } from '../../updates/testing/publisher';
import { Updater } from '../../updates/updater';
import type { Judgement } from '../../verdict/judge';
import { FeedbackQueue } from '../feedback-queue';

export const photo: Photo = { uri: 'file:///lunch.jpg', takenAt: '2026-11-24T08:00:00Z' };
export const judgement: Judgement = {
  prediction: { score: 0.93, heatmap: { height: 1, width: 1, values: Float32Array.of(3) } },
  verdict: 'positive',
  description: describeModel('1.2.3', Uint8Array.of(1), {
    labels: { negative: 'Not pizza', positive: 'Pizza' },
  }),
};

/** The services of a phone that judges nothing, what it sends, and what its report sheet says. */
export function phone() {
  const storage = memoryStorage();
  const send = jest.fn<ReturnType<FeedbackApi['send']>, Parameters<FeedbackApi['send']>>(() =>
    Promise.resolve({ status: 'accepted' }),
  );
  const api: FeedbackApi = { send, withdraw: () => Promise.resolve({ status: 'accepted' }) };
  const feedback = new FeedbackQueue({ storage, api });
  const device = {
    storage,
    load: () => Promise.reject(new Error('nothing is judged here')),
    digest: () => Promise.resolve(''),
    verify: () => Promise.resolve(false),
    source: 'noServer' as const,
    isMetered: () => Promise.resolve(false),
  };
  const bundled = { description: judgement.description, read: () => Promise.resolve(new Uint8Array()) };
  const updater = new Updater({ ...device, kind: CLASSIFIER, bundled });
  const detector = new Updater({ ...device, kind: DETECTOR, bundled: null });
  const counter = new Counter({ storage, api: { send: () => Promise.resolve({ status: 'accepted' }) } });
  const history = new History({ storage, toSquare: () => Promise.resolve(new Uint8Array()) });
  const services: Services = { storage, feedback, updater, detector, counter, history };
  return { services, send, onReport: jest.fn<undefined, [PhotoReport]>(), onClose: jest.fn() };
}
