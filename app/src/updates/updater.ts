// Looks for newer models and takes those that prove good, so that the best one runs; what it does and did is there to be shown.
import type { Observable } from '../observable';
import type { VerifySignature } from './dsse';
import type { UpdatesOff, UpdateSource } from './update-source';
import { findUpdate } from './find-update';
import type { Activity, ModelState, UpdateState } from './model-state';
import { Models, type ModelsOptions } from './models';
import { offerOf, wouldCost } from './offer';
import { forgetPartialDownload } from './partial-download';
import { type ReasonCode, refusal, type Refusal } from './reasons';
import { isCheckDue } from './schedule';
import { UpdateStatus } from './update-status';

export type UpdaterOptions = ModelsOptions & {
  readonly verify: VerifySignature;
  /** Or why updates are off. */
  readonly source: UpdateSource | UpdatesOff;
  /** Whether bytes cost the user money on the present connection. */
  readonly isMetered: () => Promise<boolean>;
  /** Hears how updates end: `version` is null while it was not known yet, `reason` when it was installed. */
  readonly onOutcome?: (version: string | null, reason: ReasonCode | null) => void;
  readonly now?: () => number;
};

export class Updater {
  readonly model: Observable<ModelState>;
  readonly updates: Observable<UpdateState>;
  private readonly models: Models;
  private readonly status: UpdateStatus;
  private readonly now: () => number;
  private starting: Promise<void> | null = null;
  private checking: Promise<void> | null = null;
  private working: Promise<void> = Promise.resolve();

  constructor(private readonly options: UpdaterOptions) {
    const { source, storage, now = Date.now } = options;
    const atRest: Activity = typeof source === 'string' ? { status: 'off', why: source } : { status: 'idle' };
    this.now = now;
    this.models = new Models(options);
    this.model = this.models.active.state;
    this.status = new UpdateStatus(storage, atRest, now);
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

  /** What changes the models on the device happens one after the other. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    this.working = this.working.then(task).finally(() => this.status.rest());
    return this.working;
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
      store: this.models.store,
    });
    if (found.status === 'refused') {
      await this.refuse(found.version, found.refusal);
      return;
    }
    if (found.status === 'up_to_date') {
      await forgetPartialDownload(this.options.storage); // of a model that is no longer wanted
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
