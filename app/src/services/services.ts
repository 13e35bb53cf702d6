// The parts that live as long as the app: storage, the model that classifies and its updates, the reports on their way.
import { eventsApi } from '../api/events-api';
import { feedbackApi } from '../api/feedback-api';
import type { Delivery } from '../api/request';
import { loadClassifier } from '../classifier/load-classifier';
import { Counter } from '../counts/counter';
import { FeedbackQueue } from '../feedback/feedback-queue';
import { History } from '../history/history';
import { bundledModel } from '../model/bundled';
import { photoToSquare } from '../pixels/photo-pixels';
import { openStorage } from '../storage/open-storage';
import type { Storage } from '../storage/storage';
import { sha256Hex } from '../updates/digest';
import { CLASSIFIER } from '../updates/kind';
import { Updater } from '../updates/updater';
import { verifySignature } from '../updates/verify-signature';
import { apiBaseUrl, APP_VERSION, PLATFORM, updateSource } from './build-settings';
import { isMetered } from './connection';
import { onWake } from './on-wake';

const HOUR_MS = 3_600_000;

export type Services = {
  readonly storage: Storage;
  readonly updater: Updater;
  readonly feedback: FeedbackQueue;
  readonly counter: Counter;
  readonly history: History;
};

/** Starts everything: the model first, since the user waits for it; then updates and reports, which nobody waits for. */
export async function startServices(): Promise<Services> {
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
  const updater = new Updater({
    storage,
    kind: CLASSIFIER,
    bundled: bundledModel(),
    load: loadClassifier,
    digest: sha256Hex,
    verify: verifySignature,
    source: updateSource(),
    isMetered,
    onOutcome: (version, reason) => void counter.countUpdate(version, reason),
  });
  const history = new History({ storage, toSquare: photoToSquare });
  const wake = () => {
    void feedback.wake();
    void counter.deliver();
    void updater.checkIfDue();
  };
  void updater.start().then(async () => {
    await feedback.start();
    await history.start();
    onWake(wake);
    setInterval(wake, HOUR_MS);
    void counter.deliver();
    await updater.check();
  });
  return { storage, updater, feedback, counter, history };
}

/** An app that was built for no server keeps what it would send. */
const later = (): Promise<Delivery> => Promise.resolve({ status: 'later', retryAfterMs: null });
