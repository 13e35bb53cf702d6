// Keeps the best model running: loads it at start, looks for a newer one, tries it, swaps, and always has a way back.
import type { Classifier, LoadClassifier } from '../classifier/classifier';
import type { BundledModel } from '../model/bundled';
import { Observable } from '../observable';
import { failed, ok, type Result } from '../result';
import type { Storage } from '../storage/storage';
import { acquireModel, startStored } from './acquire';
import { findWantedModel, type UpdatesOff, type UpdateSource } from './check';
import { type Lease, leaseOf } from './lease';
import { type Memory, recallChecks, rememberChecks } from './memory';
import type { Activity, ModelState, UpdateState } from './model-state';
import { ModelStore } from './model-store';
import { refusal, type Refusal } from './reasons';
import { isCheckDue } from './schedule';
import type { Digest } from './trial';

export type UpdaterOptions = {
  readonly storage: Storage;
  readonly bundled: BundledModel;
  readonly load: LoadClassifier;
  readonly digest: Digest;
  /** Or why updates are off. */
  readonly source: UpdateSource | UpdatesOff;
  readonly now?: () => number;
};

export class Updater {
  readonly model = new Observable<ModelState>({ status: 'loading' });
  readonly updates: Observable<UpdateState>;
  private readonly store: ModelStore;
  private readonly now: () => number;
  private lease: Lease | null = null;
  private starting: Promise<void> | null = null;
  private checking: Promise<void> | null = null;

  constructor(private readonly options: UpdaterOptions) {
    this.store = new ModelStore(options.storage, options.bundled, options.digest);
    this.now = options.now ?? Date.now;
    const { source } = options;
    const activity: Activity =
      typeof source === 'string' ? { status: 'off', why: source } : { status: 'idle' };
    this.updates = new Observable<UpdateState>({ activity, lastCheck: null, lastRefusal: null });
  }

  /** Starts the best model that passes its trial: the current one, the one before, the bundled one. */
  start(): Promise<void> {
    this.starting ??= this.startBest().finally(() => (this.starting = null));
    return this.starting;
  }

  /** Looks for a newer model now and takes it when it proves good. A check that is under way is joined. */
  check(): Promise<void> {
    this.checking ??= this.runCheck().finally(() => (this.checking = null));
    return this.checking;
  }

  /** Checks once a day at most, or sooner after a failure that may pass. */
  async checkIfDue(): Promise<void> {
    if (isCheckDue(this.updates.get(), this.now())) {
      await this.check();
    }
  }

  private async startBest(): Promise<void> {
    if (this.lease !== null) {
      return;
    }
    this.model.set({ status: 'loading' });
    this.setUpdates(await recallChecks(this.options.storage).catch(() => ({})));
    let flaw = refusal('storage', 'no model on the device');
    for (const description of await this.store.candidates()) {
      const classifier = await startStored(description, this.store, this.options.load);
      if (classifier.ok) {
        this.swap(classifier.value);
        return;
      }
      flaw = classifier.error;
      await this.remember({ lastRefusal: { at: this.now(), ...flaw } });
    }
    this.model.set({ status: 'failed', refusal: flaw });
  }

  private async runCheck(): Promise<void> {
    await this.start();
    const { source } = this.options;
    if (typeof source === 'string') {
      return;
    }
    this.setUpdates({ activity: { status: 'checking' } });
    // What throws here is the storage; everything else answers with a refusal.
    const outcome = await this.update(source).catch((error: unknown) =>
      failed(refusal('storage', String(error))),
    );
    const at = this.now();
    await this.remember(
      outcome.ok
        ? { lastCheck: { at, result: outcome.value } }
        : { lastCheck: { at, result: 'refused' }, lastRefusal: { at, ...outcome.error } },
    );
    this.setUpdates({ activity: { status: 'idle' } });
  }

  private async update(source: UpdateSource): Promise<Result<'up_to_date' | 'updated', Refusal>> {
    const wanted = await findWantedModel(source, this.options.storage, this.now());
    if (!wanted.ok) {
      return wanted;
    }
    const description = wanted.value;
    const active = this.lease?.classifier.description ?? null;
    if (description === null || JSON.stringify(description) === JSON.stringify(active)) {
      return ok('up_to_date');
    }
    const acquired = await acquireModel(description, {
      ...this.options,
      store: this.store,
      baseUrl: source.baseUrl,
      onActivity: (activity) => this.setUpdates({ activity }),
    });
    if (!acquired.ok) {
      return acquired;
    }
    const { classifier, bytes } = acquired.value;
    const flaw = await this.store.commit(description, bytes, active);
    if (flaw !== null) {
      await classifier.dispose();
      return failed(flaw);
    }
    this.swap(classifier);
    return ok('updated');
  }

  private swap(classifier: Classifier): void {
    const old = this.lease;
    this.lease = leaseOf(classifier);
    const { description } = classifier;
    const bundled = description.sha256 === this.options.bundled.description.sha256;
    const source = bundled ? 'bundled' : 'downloaded';
    this.model.set({ status: 'ready', description, source, use: this.lease.use });
    void old?.retire().catch(() => undefined);
  }

  private async remember(news: Partial<Memory>): Promise<void> {
    this.setUpdates(news);
    // A memory that cannot be kept must not keep the app from working; the next check writes it anew.
    await rememberChecks(this.options.storage, this.updates.get()).catch(() => undefined);
  }

  private setUpdates(news: Partial<UpdateState>): void {
    this.updates.set({ ...this.updates.get(), ...news });
  }
}
