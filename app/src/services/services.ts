// The parts that live as long as the app: storage, the model that classifies and its updates, the reports on their way.
import { type FeedbackApi, feedbackApi } from '../api/feedback-api';
import { loadClassifier } from '../classifier/load-classifier';
import { FeedbackQueue } from '../feedback/feedback-queue';
import { History } from '../history/history';
import { bundledModel } from '../model/bundled';
import { photoToSquare } from '../pixels/photo-pixels';
import { openStorage } from '../storage/open-storage';
import type { Storage } from '../storage/storage';
import { sha256Hex } from '../updates/digest';
import { Updater } from '../updates/updater';
import { apiBaseUrl, updateSource } from './build-settings';
import { onWake } from './on-wake';

const HOUR_MS = 3_600_000;

export type Services = {
  readonly storage: Storage;
  readonly updater: Updater;
  readonly feedback: FeedbackQueue;
  readonly history: History;
};

/** Starts everything: the model first, since the user waits for it; then updates and reports, which nobody waits for. */
export async function startServices(): Promise<Services> {
  const storage = await openStorage();
  const updater = new Updater({
    storage,
    bundled: bundledModel(),
    load: loadClassifier,
    digest: sha256Hex,
    source: updateSource(),
  });
  const baseUrl = apiBaseUrl();
  const feedback = new FeedbackQueue({ storage, api: baseUrl === null ? NO_SERVER : feedbackApi(baseUrl) });
  const history = new History({ storage, toSquare: photoToSquare });
  void updater.start().then(async () => {
    await feedback.start();
    await history.start();
    onWake(() => {
      void feedback.wake();
      void updater.checkIfDue();
    });
    setInterval(() => void updater.checkIfDue(), HOUR_MS);
    await updater.check();
  });
  return { storage, updater, feedback, history };
}

/** An app that was built for no server keeps its reports. */
const NO_SERVER: FeedbackApi = {
  send: () => Promise.resolve({ status: 'later', retryAfterMs: null }),
  withdraw: () => Promise.resolve({ status: 'later', retryAfterMs: null }),
};
