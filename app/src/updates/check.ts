// The update check up to the download: which model this phone should have, in the order that docs/contracts.md lays down.
import { failed, ok, type Result } from '../result';
import { installId } from '../storage/install-id';
import type { Storage } from '../storage/storage';
import { type ManifestReference, verifyChannel } from './channel';
import type { VerifySignature } from './dsse';
import { fetchBytes } from './fetch-bytes';
import { verifyManifest } from './manifest';
import type { Kind, RunningModel } from './kind';
import { highestSequence, rememberSequence } from './memory';
import { refusal, type Refusal } from './reasons';
import { wantedManifest } from './rollout';
import type { UpdateSource } from './update-source';
import { isOlder } from './versions';

const MAX_DOCUMENT_BYTES = 64 * 1024;

export type CheckOptions<Model extends RunningModel> = {
  readonly kind: Kind<Model>;
  readonly storage: Storage;
  /** The section of the storage that is this kind's alone. */
  readonly section: Storage;
  readonly verify: VerifySignature;
};

/** Says which model this phone should have; null when it should stay as it is. */
export async function findWantedVersion<Model extends RunningModel>(
  source: UpdateSource,
  now: number,
  { kind, storage, section, verify }: CheckOptions<Model>,
): Promise<Result<ManifestReference | null, Refusal>> {
  const bytes = await fetchBytes(`${source.baseUrl}/channels/${kind.channel}.json`, {
    maxBytes: MAX_DOCUMENT_BYTES,
  });
  if (!bytes.ok) {
    return kind.optional && bytes.error.status === 404 ? ok(null) : bytes;
  }
  const expected = {
    keys: source.keys.channel,
    name: kind.channel,
    now,
    highestSequence: await highestSequence(section),
  };
  const channel = await verifyChannel(bytes.value, expected, verify);
  if (!channel.ok) {
    return channel;
  }
  await rememberSequence(section, channel.value.sequence);
  const flaw = checkAppVersion(channel.value.min_app_version, source);
  return flaw === null ? ok(wantedManifest(channel.value, await installId(storage))) : failed(flaw);
}

/** Fetches the description that a channel refers to, and says whether this app can run the model. */
export async function fetchDescription<Model extends RunningModel>(
  source: UpdateSource,
  reference: ManifestReference,
  { kind, verify }: CheckOptions<Model>,
): Promise<Result<Model['description'], Refusal>> {
  const bytes = await fetchBytes(`${source.baseUrl}/${kind.manifests}/${reference.version}.json`, {
    maxBytes: MAX_DOCUMENT_BYTES,
  });
  if (!bytes.ok) {
    return bytes;
  }
  const wanted = await verifyManifest(bytes.value, reference, {
    keys: source.keys.release,
    check: kind.check,
    verify,
  });
  if (!wanted.ok) {
    return wanted;
  }
  const flaw =
    checkAppVersion(wanted.value.min_app_version, source) ??
    checkRuntimeVersion(wanted.value.min_runtime_version, source);
  return flaw === null ? wanted : failed(flaw);
}

function checkAppVersion(minimum: string, { appVersion }: UpdateSource): Refusal | null {
  return isOlder(appVersion, minimum)
    ? refusal('app_too_old', `this app is ${appVersion}, needed is ${minimum}`)
    : null;
}

function checkRuntimeVersion(minimum: string, { runtimeVersion }: UpdateSource): Refusal | null {
  return isOlder(runtimeVersion, minimum)
    ? refusal('runtime_too_old', `the runtime is ${runtimeVersion}, needed is ${minimum}`)
    : null;
}
