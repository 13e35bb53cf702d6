// From the description of a model to a classifier that has proven itself: weights from the device or the server, then the trial.
import type { Classifier, LoadClassifier } from '../classifier/classifier';
import type { ModelDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import type { Storage } from '../storage/storage';
import { fetchBytes } from './fetch-bytes';
import type { Activity } from './model-state';
import type { ModelStore } from './model-store';
import { forgetPartialDownload, PartialDownload } from './partial-download';
import { refusal, type Refusal } from './reasons';
import { checkBytes, type Digest, selfTest } from './trial';

export type AcquireOptions = {
  readonly storage: Storage;
  readonly store: ModelStore;
  readonly load: LoadClassifier;
  readonly digest: Digest;
  readonly baseUrl: string;
  readonly onActivity: (activity: Activity) => void;
};

export type ProvenModel = { readonly classifier: Classifier; readonly bytes: Uint8Array };

/** Starts a model that is on the device already. */
export async function startStored(
  description: ModelDescription,
  store: ModelStore,
  load: LoadClassifier,
): Promise<Result<Classifier, Refusal>> {
  const bytes = await store.read(description);
  if (!bytes.ok) {
    return bytes;
  }
  if (bytes.value === null) {
    return failed(refusal('storage', `the file of version ${description.version} is gone`));
  }
  return selfTest(bytes.value, description, load);
}

/** Starts a model that may have to be downloaded first. */
export async function acquireModel(
  wanted: ModelDescription,
  options: AcquireOptions,
): Promise<Result<ProvenModel, Refusal>> {
  const present = await options.store.read(wanted);
  const bytes = present.ok && present.value !== null ? ok(present.value) : await download(wanted, options);
  if (!bytes.ok) {
    return bytes;
  }
  options.onActivity({ status: 'testing', version: wanted.version });
  const classifier = await selfTest(bytes.value, wanted, options.load);
  return classifier.ok ? ok({ classifier: classifier.value, bytes: bytes.value }) : classifier;
}

async function download(
  wanted: ModelDescription,
  { baseUrl, digest, onActivity, storage }: AcquireOptions,
): Promise<Result<Uint8Array, Refusal>> {
  const { version, sha256, size_bytes: totalBytes } = wanted;
  const onProgress = (receivedBytes: number) =>
    onActivity({ status: 'downloading', version, receivedBytes, totalBytes });
  onProgress(0);
  const partial = new PartialDownload(storage, sha256);
  const bytes = await fetchBytes(`${baseUrl}/models/${sha256}.tflite`, {
    maxBytes: totalBytes,
    onProgress,
    partial,
  });
  const flaw = bytes.ok ? await checkBytes(bytes.value, wanted, digest) : bytes.error;
  if (flaw === null) {
    return bytes;
  }
  if (flaw.code !== 'network') {
    await forgetPartialDownload(storage); // a wrong beginning would be gone on from for ever
  }
  return failed(flaw);
}
