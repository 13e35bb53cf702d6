// The parts that live as long as the app: storage, the model that classifies and its updates, the reports on their way.
import { eventsApi } from '../api/events-api';
import { feedbackApi } from '../api/feedback-api';
import type { Delivery } from '../api/request';
import { deleteOldPhotos } from '../camera/delete-old-photos';
import { loadClassifier } from '../classifier/load-classifier';
import { Counter } from '../counts/counter';
import { FeedbackQueue } from '../feedback/feedback-queue';
import { History } from '../history/history';
import type { Detector } from '../detection/detector';
import { loadDetector } from '../detection/load-detector';
import { bundledModel } from '../model/bundled';
import { bundledDetector } from '../model/bundled-detector';
import { photoToSquare } from '../pixels/photo-pixels';
import { openStorage } from '../storage/open-storage';
import type { Storage } from '../storage/storage';
import { sha256Hex } from '../updates/digest';
import { CLASSIFIER, DETECTOR } from '../updates/kind';
import { Updater } from '../updates/updater';
import { verifySignature } from '../updates/verify-signature';
import { apiBaseUrl, APP_VERSION, PLATFORM, updateSource } from './build-settings';
import { isMetered } from './connection';
import { onWake } from './on-wake';

const HOUR_MS = 3_600_000;

export type Services = {
  readonly storage: Storage;
  readonly updater: Updater;
  /** Finds where things are, where a detector is bundled or published. */
  readonly detector: Updater<Detector>;
  readonly feedback: FeedbackQueue;
  readonly counter: Counter;
  readonly history: History;
};

/** Starts everything: the model first, since the user waits for it; then updates and reports, which nobody waits for. */
export async function startServices(): Promise<Services> {
  deleteOldPhotos();
  const storage = await openStorage();
  const baseUrl = apiBaseUrl();
  const feedback = new FeedbackQueue({
    storage,
    api: baseUrl === null ? { send: later, withdraw: later } : feedbackApi(baseUrl),
  });
  const counter = new Counter({
    storage,
    api: baseUrl === null ? { send: later } : eventsApi(baseUrl, APP_VERSION, PLATFORM),
  });
  const device = {
    storage,
    digest: sha256Hex,
    verify: verifySignature,
    source: updateSource(),
    isMetered,
  };
  const updater = new Updater({
    ...device,
    kind: CLASSIFIER,
    bundled: bundledModel(),
    load: loadClassifier,
    onOutcome: (version, reason) => void counter.countUpdate(version, reason),
  });
  // What comes of its updates is not counted: counts are by the classifier's version.
  const detector = new Updater<Detector>({
    ...device,
    kind: DETECTOR,
    bundled: bundledDetector(),
    load: loadDetector,
  });
  const history = new History({ storage, toSquare: photoToSquare });
  const wake = () => {
    void feedback.wake();
    // What another tab remembered or cleared while this one was out of sight.
    void history.read();
    void counter.deliver();
    void updater.checkIfDue().then(() => detector.checkIfDue());
  };
  void updater.start().then(async () => {
    const detecting = detector.start();
    await feedback.start();
    await history.read();
    onWake(wake);
    setInterval(wake, HOUR_MS);
    void counter.deliver();
    await detecting;
    await updater.check();
    await detector.check();
  });
  return { storage, updater, detector, feedback, counter, history };
}

/** An app that was built for no server keeps what it would send. */
const later = (): Promise<Delivery> => Promise.resolve({ status: 'later', retryAfterMs: null });
