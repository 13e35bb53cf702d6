// The model that classifies and those on the device behind it: one is started, a new one taken, the one before gone back to.
import type { LoadClassifier } from '../classifier/classifier';
import type { BundledModel } from '../model/bundled';
import type { ModelDescription } from '../model/description';
import type { Storage } from '../storage/storage';
import { acquireModel, startStored } from './acquire';
import { ActiveModel } from './active-model';
import type { Activity } from './model-state';
import { ModelStore } from './model-store';
import { refusal, type Refusal } from './reasons';
import type { Digest } from './trial';

export type ModelsOptions = {
  readonly storage: Storage;
  readonly bundled: BundledModel;
  readonly load: LoadClassifier;
  readonly digest: Digest;
};

type OnActivity = (activity: Activity) => void;

export class Models {
  readonly active: ActiveModel;
  readonly store: ModelStore;

  constructor(private readonly options: ModelsOptions) {
    this.active = new ActiveModel(options.bundled.description);
    this.store = new ModelStore(options.storage, options.bundled, options.digest);
  }

  /** Starts the best model that passes its trial; `onFlaw` hears of each that does not. */
  async start(onFlaw: (flaw: Refusal) => Promise<void>): Promise<void> {
    if (this.active.description !== null) {
      return;
    }
    let flaw = refusal('storage', 'no model on the device');
    for (const description of await this.store.candidates()) {
      const classifier = await startStored(description, this.store, this.options.load);
      if (classifier.ok) {
        this.active.swap(classifier.value);
        return;
      }
      flaw = classifier.error;
      await onFlaw(flaw);
    }
    this.active.fail(flaw);
  }

  /** Downloads a model if need be, tries it, keeps it, and has it classify from the next photo on. */
  async take(wanted: ModelDescription, baseUrl: string, onActivity: OnActivity): Promise<Refusal | null> {
    const acquired = await acquireModel(wanted, {
      ...this.options,
      store: this.store,
      baseUrl,
      onActivity,
    });
    if (!acquired.ok) {
      return acquired.error;
    }
    const { classifier, bytes } = acquired.value;
    const flaw = await this.store.commit(wanted, bytes, this.active.description);
    if (flaw === null) {
      this.active.swap(classifier);
    } else {
      await classifier.dispose();
    }
    return flaw;
  }

  /** Goes from `declined`, the active model, back to `target`. */
  async goBack(
    target: ModelDescription,
    declined: ModelDescription,
    onActivity: OnActivity,
  ): Promise<Refusal | null> {
    onActivity({ status: 'testing', version: target.version });
    const classifier = await startStored(target, this.store, this.options.load);
    if (!classifier.ok) {
      return classifier.error;
    }
    const flaw = await this.store.goBack(target, declined);
    if (flaw === null) {
      this.active.swap(classifier.value);
    } else {
      await classifier.value.dispose();
    }
    return flaw;
  }

  /** The model that the user may go back to. */
  async wayBack(): Promise<ModelDescription | null> {
    const { description } = this.active;
    return description === null ? null : this.store.wayBack(description);
  }
}
