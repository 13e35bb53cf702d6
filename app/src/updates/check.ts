// The update check up to the download: which model this phone should have, in the order that docs/contracts.md lays down.
import type { ModelDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import { installId } from '../storage/install-id';
import type { Storage } from '../storage/storage';
import { type ManifestReference, verifyChannel } from './channel';
import type { VerifySignature } from './dsse';
import { fetchBytes } from './fetch-bytes';
import { verifyManifest } from './manifest';
import { highestSequence, rememberSequence } from './memory';
import { refusal, type Refusal } from './reasons';
import { wantedManifest } from './rollout';
import type { UpdateSource } from './update-source';
import { isOlder } from './versions';

const CHANNEL = 'stable';
const MAX_DOCUMENT_BYTES = 64 * 1024;

export type CheckOptions = { readonly storage: Storage; readonly verify: VerifySignature };

/** Says which model this phone should have; null when it should stay as it is. */
export async function findWantedVersion(
  source: UpdateSource,
  now: number,
  { storage, verify }: CheckOptions,
): Promise<Result<ManifestReference | null, Refusal>> {
  const bytes = await fetchBytes(`${source.baseUrl}/channels/${CHANNEL}.json`, {
    maxBytes: MAX_DOCUMENT_BYTES,
  });
  if (!bytes.ok) {
    return bytes;
  }
  const expected = {
    keys: source.keys.channel,
    name: CHANNEL,
    now,
    highestSequence: await highestSequence(storage),
  };
  const channel = await verifyChannel(bytes.value, expected, verify);
  if (!channel.ok) {
    return channel;
  }
  await rememberSequence(storage, channel.value.sequence);
  const flaw = checkAppVersion(channel.value.min_app_version, source);
  return flaw === null ? ok(wantedManifest(channel.value, await installId(storage))) : failed(flaw);
}

/** Fetches the description that a channel refers to, and says whether this app can run the model. */
export async function fetchDescription(
  source: UpdateSource,
  reference: ManifestReference,
  verify: VerifySignature,
): Promise<Result<ModelDescription, Refusal>> {
  const bytes = await fetchBytes(`${source.baseUrl}/manifests/${reference.version}.json`, {
    maxBytes: MAX_DOCUMENT_BYTES,
  });
  if (!bytes.ok) {
    return bytes;
  }
  const wanted = await verifyManifest(bytes.value, reference, source.keys.release, verify);
  if (!wanted.ok) {
    return wanted;
  }
  const flaw =
    checkAppVersion(wanted.value.min_app_version, source) ?? checkRuntimeVersion(wanted.value, source);
  return flaw === null ? wanted : failed(flaw);
}

function checkAppVersion(minimum: string, { appVersion }: UpdateSource): Refusal | null {
  return isOlder(appVersion, minimum)
    ? refusal('app_too_old', `this app is ${appVersion}, needed is ${minimum}`)
    : null;
}

function checkRuntimeVersion(wanted: ModelDescription, { runtimeVersion }: UpdateSource): Refusal | null {
  return isOlder(runtimeVersion, wanted.min_runtime_version)
    ? refusal('runtime_too_old', `the runtime is ${runtimeVersion}, needed is ${wanted.min_runtime_version}`)
    : null;
}
