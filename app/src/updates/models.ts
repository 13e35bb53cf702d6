// The model of one kind that is at work and those on the device behind it: one is started, a new one taken, the one before gone back to.
import type { BundledModel } from '../model/bundled';
import { acquireModel, startStored } from './acquire';
import { ActiveModel } from './active-model';
import type { RunningModel } from './kind';
import type { Activity } from './model-state';
import { ModelStore } from './model-store';
import type { Refusal } from './reasons';
import type { Digest, TrialOptions } from './trial';
import type { NoteOptions } from './unfinished-trials';

export type ModelsOptions<Model extends RunningModel> = TrialOptions<Model> &
  NoteOptions & {
    /** Null where the app brings none along. */
    readonly bundled: BundledModel<Model['description']> | null;
    readonly digest: Digest;
  };

type OnActivity = (activity: Activity) => void;

export class Models<Model extends RunningModel> {
  readonly active: ActiveModel<Model>;
  readonly store: ModelStore<Model>;

  constructor(private readonly options: ModelsOptions<Model>) {
    this.active = new ActiveModel(options.bundled?.description.sha256 ?? null);
    this.store = new ModelStore(options.section, options.bundled, options.digest, options.kind.check);
  }

  /** Starts the best model that passes its trial; `onFlaw` hears of each that does not. */
  async start(onFlaw: (flaw: Refusal) => Promise<void>): Promise<void> {
    if (this.active.description !== null) {
      return;
    }
    let flaw: Refusal | null = null;
    for (const description of await this.store.candidates()) {
      const model = await startStored(description, this.store, this.options);
      if (model.ok) {
        this.active.swap(model.value);
        return;
      }
      flaw = model.error;
      await onFlaw(flaw);
    }
    this.active.fail(flaw);
  }

  /** Downloads a model if need be, tries it, keeps it, and has it work from the next photo on. */
  async take(wanted: Model['description'], baseUrl: string, onActivity: OnActivity): Promise<Refusal | null> {
    const acquired = await acquireModel(wanted, {
      ...this.options,
      store: this.store,
      baseUrl,
      onActivity,
    });
    if (!acquired.ok) {
      return acquired.error;
    }
    const { model, bytes } = acquired.value;
    const flaw = await this.store.commit(wanted, bytes, this.active.description);
    if (flaw === null) {
      this.active.swap(model);
    } else {
      await model.dispose();
    }
    return flaw;
  }

  /** Goes from `declined`, the active model, back to `target`. */
  async goBack(
    target: Model['description'],
    declined: Model['description'],
    onActivity: OnActivity,
  ): Promise<Refusal | null> {
    onActivity({ status: 'testing', version: target.version });
    const model = await startStored(target, this.store, this.options);
    if (!model.ok) {
      return model.error;
    }
    const flaw = await this.store.goBack(target, declined);
    if (flaw === null) {
      this.active.swap(model.value);
    } else {
      await model.value.dispose();
    }
    return flaw;
  }

  /** The model that the user may go back to. */
  async wayBack(): Promise<Model['description'] | null> {
    const { description } = this.active;
    return description === null ? null : this.store.wayBack(description);
  }
}
