// The models on the device: the bundled one, the current one, and the one before as a way back.
import * as v from 'valibot';

import type { BundledModel } from '../model/bundled';
import { checkDescription, type ModelDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import type { Storage } from '../storage/storage';
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
const Models = v.object({ current: Description, previous: v.nullable(Description) });

export class ModelStore {
  constructor(
    private readonly storage: Storage,
    readonly bundled: BundledModel,
    private readonly digest: Digest,
  ) {}

  /** The models to try at start, best first. A record that cannot be read is none. */
  async candidates(): Promise<readonly ModelDescription[]> {
    const models = v.safeParse(Models, await this.storage.get(RECORD).catch(() => undefined));
    const stored = models.success ? [models.output.current, models.output.previous] : [];
    return [...stored.filter((model) => model !== null), this.bundled.description];
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
    try {
      if (current.sha256 !== this.bundled.description.sha256) {
        await this.storage.writeBlob(blobName(current), bytes);
      }
      await this.storage.update(RECORD, () => ({ current, previous }));
    } catch (error) {
      return refusal('storage', `version ${current.version}: ${String(error)}`);
    }
    await this.sweep([current, previous].flatMap((model) => (model === null ? [] : [blobName(model)]))).catch(
      () => undefined,
    );
    return null;
  }

  private async sweep(keep: readonly string[]): Promise<void> {
    const blobs = await this.storage.listBlobs(BLOB_PREFIX);
    const unused = blobs.filter((name) => !keep.includes(name));
    await Promise.all(unused.map((name) => this.storage.deleteBlob(name)));
  }
}

function blobName({ sha256 }: ModelDescription): string {
  return `${BLOB_PREFIX}${sha256}.tflite`;
}
