// Looks for newer models and takes those that prove good, so that the best one runs; what it does and did is there to be shown.
import type { Classifier } from '../classifier/classifier';
import type { Observable } from '../observable';
import type { Storage } from '../storage/storage';
import { storageSection } from '../storage/storage-section';
import type { UpdateSource } from './update-source';
import type { UpdaterOptions } from './updater-options';
import { findUpdate } from './find-update';
import type { Activity, ModelState, UpdateState } from './model-state';
import type { RunningModel } from './kind';
import { Models } from './models';
import { offerOf, wouldCost } from './offer';
import { forgetPartialDownload } from './partial-download';
import { refusal, type Refusal } from './reasons';
import { isCheckDue } from './schedule';
import { UpdateStatus } from './update-status';

/** Of one kind of model: the classifier unless another is named. */
export class Updater<Model extends RunningModel = Classifier> {
  readonly model: Observable<ModelState<Model>>;
  readonly updates: Observable<UpdateState>;
  private readonly models: Models<Model>;
  private readonly section: Storage;
  private readonly status: UpdateStatus;
  private readonly now: () => number;
  private starting: Promise<void> | null = null;
  private checking: Promise<void> | null = null;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly options: UpdaterOptions<Model>) {
    const { kind, source, storage, now = Date.now } = options;
    const atRest: Activity = typeof source === 'string' ? { status: 'off', why: source } : { status: 'idle' };
    this.now = now;
    this.section = storageSection(storage, kind.section);
    this.models = new Models({ ...options, section: this.section, now });
    this.model = this.models.active.state;
    this.status = new UpdateStatus(this.section, atRest, now);
    this.updates = this.status.state;
  }

  /** Starts the best model that passes its trial: the current one, the one before, the bundled one. */
  start(): Promise<void> {
    this.starting ??= this.runStart().finally(() => (this.starting = null));
    return this.starting;
  }

  /** Looks for a newer model now and takes it when it proves good. A check that is under way is joined. */
  check(): Promise<void> {
    this.checking ??= this.inTurn(() => this.runCheck(false)).finally(() => (this.checking = null));
    return this.checking;
  }

  /** Checks once a day at most, or sooner after a failure that may pass and when what waited for Wi-Fi may come. */
  async checkIfDue(): Promise<void> {
    const { offer } = this.updates.get();
    const mayCome = offer?.because === 'metered' && !(await wouldCost(this.options));
    if (mayCome || isCheckDue(this.updates.get(), this.now())) {
      await this.check();
    }
  }

  /** Takes what is on offer: the user said so. */
  takeOffer(): Promise<void> {
    return this.inTurn(() => this.runCheck(true));
  }

  /** Goes back to the model before: the user said so. It stays until a newer one than the present one is announced. */
  goBack(): Promise<void> {
    return this.inTurn(() => this.runGoBack());
  }

  /** What changes the models on the device happens one after the other, whatever became of the one before. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.working.then(task).finally(() => this.status.rest());
    this.working = done.catch(() => undefined);
    return done;
  }

  private async runStart(): Promise<void> {
    await this.status.recall();
    await this.models.start((flaw) => this.status.refused(flaw));
    await this.showWayBack();
  }

  private async runCheck(accepted: boolean): Promise<void> {
    await this.start();
    const { source } = this.options;
    if (typeof source === 'string') {
      return;
    }
    this.status.show({ activity: { status: 'checking' }, offer: null });
    try {
      await this.update(source, accepted);
    } catch (error) {
      // What throws is the storage, or a worker that does not start; everything else answers with a refusal.
      await this.refuse(null, refusal('storage', String(error)));
    }
  }

  private async update(source: UpdateSource, accepted: boolean): Promise<void> {
    const found = await findUpdate(source, this.models.active.description, this.now(), {
      ...this.options,
      section: this.section,
      store: this.models.store,
    });
    if (found.status === 'refused') {
      await this.refuse(found.version, found.refusal);
      return;
    }
    if (found.status === 'up_to_date') {
      await forgetPartialDownload(this.section); // of a model that is no longer wanted
      await this.status.checked('up_to_date');
      return;
    }
    const { description, ask } = found;
    if (ask !== null && !accepted) {
      this.status.show({ offer: offerOf(description, ask) });
      await this.status.checked('offered');
      return;
    }
    const flaw = await this.models.take(description, source.baseUrl, this.showActivity);
    if (flaw !== null) {
      await this.refuse(description.version, flaw);
      return;
    }
    await this.showWayBack();
    await this.status.checked('updated');
    this.options.onOutcome?.(description.version, null);
  }

  private async runGoBack(): Promise<void> {
    await this.start();
    const declined = this.models.active.description;
    const target = await this.models.wayBack();
    if (declined === null || target === null) {
      return;
    }
    const flaw = await this.models.goBack(target, declined, this.showActivity);
    if (flaw === null) {
      await this.showWayBack();
      this.status.show({ offer: offerOf(declined, 'declined') });
    } else {
      await this.status.refused(flaw);
    }
  }

  private readonly showActivity = (activity: Activity): void => this.status.show({ activity });

  private async showWayBack(): Promise<void> {
    this.status.show({ wayBack: (await this.models.wayBack())?.version ?? null });
  }

  /** A check ended so. */
  private async refuse(version: string | null, flaw: Refusal): Promise<void> {
    await this.status.refused(flaw);
    await this.status.checked('refused');
    this.options.onOutcome?.(version, flaw.code);
  }
}
