// The models on the device: the bundled one, the current one, and the one before as a way back.
import * as v from 'valibot';

import type { BundledModel } from '../model/bundled';
import { checkDescription, type ModelDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import type { Storage } from '../storage/storage';
import { forgetPartialDownload } from './partial-download';
import { refusal, type Refusal } from './reasons';
import { checkBytes, type Digest } from './trial';
import { isOlder } from './versions';

const RECORD = 'models';
const BLOB_PREFIX = 'model-';

const Description = v.pipe(
  v.unknown(),
  v.rawTransform<unknown, ModelDescription>(({ dataset, addIssue, NEVER }) => {
    const description = checkDescription(dataset.value);
    if (description.ok) {
      return description.value;
    }
    addIssue({ message: description.error });
    return NEVER;
  }),
);
const Models = v.object({
  current: Description,
  previous: v.nullable(Description),
  /** The version that the app brought along when `current` was chosen. */
  bundledVersion: v.optional(v.string(), ''),
  /** The version that the user went back from. */
  declined: v.optional(v.nullable(v.string()), null),
});
type Models = v.InferOutput<typeof Models>;

export class ModelStore {
  constructor(
    private readonly storage: Storage,
    readonly bundled: BundledModel,
    private readonly digest: Digest,
  ) {}

  /** The models to try at start, best first. */
  async candidates(): Promise<readonly ModelDescription[]> {
    const models = await this.recall();
    const bundled = this.bundled.description;
    if (models === null) {
      return [bundled];
    }
    const { current, previous, bundledVersion, declined } = models;
    const stored = previous === null ? [current] : [current, previous];
    // Only a new app brings a newer one: where the app is the same, the stored one was chosen over it, by a roll-back or the user.
    const appIsNew = bundledVersion !== bundled.version && declined !== bundled.version;
    return appIsNew && isOlder(current.version, bundled.version)
      ? [bundled, ...stored]
      : [...stored, bundled];
  }

  /** The model that the user may go back to from `active`: an older one, since a newer one was rolled back from. */
  async wayBack(active: ModelDescription): Promise<ModelDescription | null> {
    const models = await this.recall();
    const stored = models === null ? [] : [models.current, models.previous];
    const ways = [...stored, this.bundled.description];
    return ways.find((way) => way !== null && isOlder(way.version, active.version)) ?? null;
  }

  /** The version that the user went back from, which only the user takes again. */
  async declinedVersion(): Promise<string | null> {
    return (await this.recall())?.declined ?? null;
  }

  /** Whether a model needs no download. */
  async has({ sha256 }: ModelDescription): Promise<boolean> {
    if (sha256 === this.bundled.description.sha256) {
      return true;
    }
    const name = blobName({ sha256 });
    return (await this.storage.listBlobs(name)).includes(name);
  }

  /** The weights of a model on the device, checked; null when they are not on the device. */
  async read(description: ModelDescription): Promise<Result<Uint8Array | null, Refusal>> {
    try {
      const bytes =
        description.sha256 === this.bundled.description.sha256
          ? await this.bundled.read()
          : await this.storage.readBlob(blobName(description));
      if (bytes === undefined) {
        return ok(null);
      }
      const flaw = await checkBytes(bytes, description, this.digest);
      return flaw === null ? ok(bytes) : failed(flaw);
    } catch (error) {
      return failed(refusal('storage', `version ${description.version}: ${String(error)}`));
    }
  }

  /** Makes a proven model the current one, and `replaced`, the one in use until now, the way back. */
  async commit(
    current: ModelDescription,
    bytes: Uint8Array,
    replaced: ModelDescription | null,
  ): Promise<Refusal | null> {
    // A newer one was rolled back from: no way leads back to that.
    const previous = replaced !== null && isOlder(replaced.version, current.version) ? replaced : null;
    await forgetPartialDownload(this.storage); // first, since it takes the same room
    try {
      if (current.sha256 !== this.bundled.description.sha256) {
        await this.storage.writeBlob(blobName(current), bytes);
      }
    } catch (error) {
      return refusal('storage', `version ${current.version}: ${String(error)}`);
    }
    return this.remember({ current, previous, declined: null });
  }

  /** Makes a model that is on the device the current one, because the user went back to it from `declined`. */
  goBack(current: ModelDescription, declined: ModelDescription): Promise<Refusal | null> {
    return this.remember({ current, previous: null, declined: declined.version });
  }

  private async remember(models: Omit<Models, 'bundledVersion'>): Promise<Refusal | null> {
    const { current, previous } = models;
    const bundledVersion = this.bundled.description.version;
    try {
      await this.storage.update(RECORD, () => ({ ...models, bundledVersion }));
    } catch (error) {
      return refusal('storage', `version ${current.version}: ${String(error)}`);
    }
    await this.sweep([current, previous].flatMap((model) => (model === null ? [] : [blobName(model)]))).catch(
      () => undefined,
    );
    return null;
  }

  /** A record that cannot be read is none. */
  private async recall(): Promise<Models | null> {
    const models = v.safeParse(Models, await this.storage.get(RECORD).catch(() => undefined));
    return models.success ? models.output : null;
  }

  private async sweep(keep: readonly string[]): Promise<void> {
    const blobs = await this.storage.listBlobs(BLOB_PREFIX);
    const unused = blobs.filter((name) => !keep.includes(name));
    await Promise.all(unused.map((name) => this.storage.deleteBlob(name)));
  }
}

function blobName({ sha256 }: Pick<ModelDescription, 'sha256'>): string {
  return `${BLOB_PREFIX}${sha256}.tflite`;
}
