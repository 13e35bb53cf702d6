// From the description of a model to one that has proven itself: weights from the device or the server, then the trial.
import type { AnyDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import { fetchBytes } from './fetch-bytes';
import type { RunningModel } from './kind';
import type { Activity } from './model-state';
import type { ModelStore } from './model-store';
import { forgetPartialDownload, PartialDownload } from './partial-download';
import { refusal, type Refusal } from './reasons';
import { checkBytes, type Digest, selfTest, type TrialOptions } from './trial';
import { noted, type NoteOptions } from './unfinished-trials';

export type AcquireOptions<Model extends RunningModel> = TrialOptions<Model> &
  NoteOptions & {
    readonly store: ModelStore<Model>;
    readonly digest: Digest;
    readonly baseUrl: string;
    readonly onActivity: (activity: Activity) => void;
  };

export type ProvenModel<Model> = { readonly model: Model; readonly bytes: Uint8Array };

/** Starts a model that is on the device already. */
export async function startStored<Model extends RunningModel>(
  description: Model['description'],
  store: ModelStore<Model>,
  options: TrialOptions<Model>,
): Promise<Result<Model, Refusal>> {
  const bytes = await store.read(description);
  if (!bytes.ok) {
    return bytes;
  }
  if (bytes.value === null) {
    return failed(refusal('storage', `the file of version ${description.version} is gone`));
  }
  return selfTest(bytes.value, description, options);
}

/** Starts a model that may have to be downloaded first. */
export async function acquireModel<Model extends RunningModel>(
  wanted: Model['description'],
  options: AcquireOptions<Model>,
): Promise<Result<ProvenModel<Model>, Refusal>> {
  const present = await options.store.read(wanted);
  const bytes = present.ok && present.value !== null ? ok(present.value) : await download(wanted, options);
  if (!bytes.ok) {
    return bytes;
  }
  options.onActivity({ status: 'testing', version: wanted.version });
  const model = await noted(wanted, options, () => selfTest(bytes.value, wanted, options));
  return model.ok ? ok({ model: model.value, bytes: bytes.value }) : model;
}

type Download = Pick<AcquireOptions<RunningModel>, 'baseUrl' | 'digest' | 'onActivity' | 'section'>;

async function download(
  wanted: AnyDescription,
  { baseUrl, digest, onActivity, section }: Download,
): Promise<Result<Uint8Array, Refusal>> {
  const { version, sha256, size_bytes: totalBytes } = wanted;
  const onProgress = (receivedBytes: number) =>
    onActivity({ status: 'downloading', version, receivedBytes, totalBytes });
  onProgress(0);
  const partial = new PartialDownload(section, sha256);
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
    await forgetPartialDownload(section); // a wrong beginning would be gone on from for ever
  }
  return failed(flaw);
}
