// The update check up to the download: which model this phone should have, in the order that docs/contracts.md lays down.
import type { ModelDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import { installId } from '../storage/install-id';
import type { Storage } from '../storage/storage';
import { verifyChannel } from './channel';
import { fetchBytes } from './fetch-bytes';
import { verifyManifest } from './manifest';
import { highestSequence, rememberSequence } from './memory';
import { refusal, type Refusal } from './reasons';
import { wantedManifest } from './rollout';
import type { TrustedKeys } from './trusted-keys';
import { isOlder } from './versions';

const CHANNEL = 'stable';
const MAX_DOCUMENT_BYTES = 64 * 1024;

/** Where updates come from, and what this build of the app accepts. */
export type UpdateSource = {
  /** Everything before `/channels/…`, `/manifests/…` and `/models/…`. */
  readonly baseUrl: string;
  readonly keys: TrustedKeys;
  readonly appVersion: string;
  readonly runtimeVersion: string;
};

/** Why an app looks for no updates: it was built without a server's address, or without keys to verify them. */
export type UpdatesOff = 'noServer' | 'noKeys';

/** Returns the model that this phone should have; null when it should stay as it is. */
export async function findWantedModel(
  source: UpdateSource,
  storage: Storage,
  now: number,
): Promise<Result<ModelDescription | null, Refusal>> {
  const { baseUrl, keys } = source;
  const channelBytes = await fetchBytes(`${baseUrl}/channels/${CHANNEL}.json`, {
    maxBytes: MAX_DOCUMENT_BYTES,
  });
  if (!channelBytes.ok) {
    return channelBytes;
  }
  const channel = verifyChannel(channelBytes.value, {
    keys: keys.channel,
    name: CHANNEL,
    now,
    highestSequence: await highestSequence(storage),
  });
  if (!channel.ok) {
    return channel;
  }
  await rememberSequence(storage, channel.value.sequence);
  const appFlaw = checkAppVersion(channel.value.min_app_version, source);
  if (appFlaw !== null) {
    return failed(appFlaw);
  }
  const reference = wantedManifest(channel.value, await installId(storage));
  if (reference === null) {
    return ok(null);
  }
  const manifestUrl = `${baseUrl}/manifests/${reference.version}.json`;
  const manifestBytes = await fetchBytes(manifestUrl, { maxBytes: MAX_DOCUMENT_BYTES });
  if (!manifestBytes.ok) {
    return manifestBytes;
  }
  const wanted = verifyManifest(manifestBytes.value, reference, keys.release);
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
