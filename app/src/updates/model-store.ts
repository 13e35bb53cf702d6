// The models on the device: the bundled one, the current one, and the one before as a way back.
import * as v from 'valibot';

import type { BundledModel } from '../model/bundled';
import type { AnyDescription, CheckDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import type { Storage } from '../storage/storage';
import type { RunningModel } from './kind';
import { type Models, modelsIn, modelsRecord, type ModelsRecord } from './models-record';
import { forgetPartialDownload } from './partial-download';
import { refusal, type Refusal } from './reasons';
import { checkBytes, type Digest } from './trial';
import { isOlder } from './versions';

const RECORD = 'models';
const BLOB_PREFIX = 'model-';

export class ModelStore<Model extends RunningModel> {
  private readonly record: ModelsRecord<Model['description']>;

  constructor(
    private readonly storage: Storage,
    /** Null where the app brings none along. */
    private readonly bundled: BundledModel<Model['description']> | null,
    private readonly digest: Digest,
    check: CheckDescription<Model['description']>,
  ) {
    this.record = modelsRecord(check);
  }

  /** The models to try at start, best first. */
  async candidates(): Promise<readonly Model['description'][]> {
    const models = await this.recall();
    const bundled = this.bundled?.description;
    if (models === null) {
      return bundled === undefined ? [] : [bundled];
    }
    const { current, bundledVersion, declined } = models;
    const stored = modelsIn(models);
    if (bundled === undefined) {
      return stored;
    }
    // Only a new app brings a newer one: where the app is the same, the stored one was chosen over it, by a roll-back or the user.
    const appIsNew = bundledVersion !== bundled.version && declined !== bundled.version;
    return appIsNew && isOlder(current.version, bundled.version)
      ? [bundled, ...stored]
      : [...stored, bundled];
  }

  /** The model that the user may go back to from `active`: an older one, since a newer one was rolled back from. */
  async wayBack(active: AnyDescription): Promise<Model['description'] | null> {
    const models = await this.recall();
    for (const way of [models?.current, models?.previous, this.bundled?.description]) {
      if (way && isOlder(way.version, active.version) && (await this.has(way))) {
        return way;
      }
    }
    return null;
  }

  /** The version that the user went back from, which only the user takes again. */
  async declinedVersion(): Promise<string | null> {
    return (await this.recall())?.declined ?? null;
  }

  /** Whether a model needs no download. */
  private async has({ sha256 }: AnyDescription): Promise<boolean> {
    if (this.isBundled({ sha256 })) {
      return true;
    }
    const name = blobName({ sha256 });
    const blobs: readonly string[] = await this.storage.listBlobs(name).catch(() => []);
    return blobs.includes(name);
  }

  /** The weights of a model on the device, checked; null when they are not on the device. */
  async read(description: AnyDescription): Promise<Result<Uint8Array | null, Refusal>> {
    try {
      const bytes =
        this.bundled !== null && this.isBundled(description)
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
    current: Model['description'],
    bytes: Uint8Array,
    replaced: Model['description'] | null,
  ): Promise<Refusal | null> {
    // A newer one was rolled back from: no way leads back to that.
    const previous = replaced !== null && isOlder(replaced.version, current.version) ? replaced : null;
    await forgetPartialDownload(this.storage); // first, since it takes the same room
    return this.remember({ current, previous, declined: null }, this.isBundled(current) ? null : bytes);
  }

  /** Makes a model that is on the device the current one, because the user went back to it from `declined`. */
  goBack(current: Model['description'], declined: AnyDescription): Promise<Refusal | null> {
    return this.remember({ current, previous: null, declined: declined.version }, null);
  }

  /** `bytes`: of the current model where they are to be written, with the record, so that another tab's sweep takes them for no orphan. */
  private async remember(
    models: Omit<Models<Model['description']>, 'bundledVersion'>,
    bytes: Uint8Array | null,
  ): Promise<Refusal | null> {
    const { current } = models;
    const record = { ...models, bundledVersion: this.bundled?.description.version ?? '' };
    try {
      await (bytes === null
        ? this.storage.update(RECORD, () => record)
        : this.storage.writeWithBlob(RECORD, record, blobName(current), bytes));
    } catch (error) {
      return refusal('storage', `version ${current.version}: ${String(error)}`);
    }
    await this.sweep().catch(() => undefined);
    await this.copyBundled(modelsIn(models));
    return null;
  }

  /** The next app brings others along. Where there is no room for a copy, that app is without this model. */
  private async copyBundled(models: readonly AnyDescription[]): Promise<void> {
    for (const model of models.filter((each) => this.isBundled(each))) {
      const bytes = await this.read(model);
      if (bytes.ok && bytes.value !== null) {
        await this.storage.writeBlob(blobName(model), bytes.value).catch(() => undefined);
      }
    }
  }

  /** A record that cannot be read is none. */
  private async recall(): Promise<Models<Model['description']> | null> {
    const models = v.safeParse(this.record, await this.storage.get(RECORD).catch(() => undefined));
    return models.success ? models.output : null;
  }

  private isBundled({ sha256 }: Pick<AnyDescription, 'sha256'>): boolean {
    return sha256 === this.bundled?.description.sha256;
  }

  private async sweep(): Promise<void> {
    // Before the record: what another tab takes meanwhile is named in it by then.
    const blobs = await this.storage.listBlobs(BLOB_PREFIX);
    const models = await this.recall();
    if (models === null) {
      return;
    }
    const keep = modelsIn(models).map(blobName);
    const unused = blobs.filter((name) => !keep.includes(name));
    await Promise.all(unused.map((name) => this.storage.deleteBlob(name)));
  }
}

function blobName({ sha256 }: Pick<AnyDescription, 'sha256'>): string {
  return `${BLOB_PREFIX}${sha256}.tflite`;
}
