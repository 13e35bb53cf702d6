// Reports on their way to the server: kept before the first attempt, sent once however often the network fails, taken back on request.
import type { FeedbackApi } from '../api/feedback-api';
import { type Delivery, isOver } from '../api/request';
import type { Observable } from '../observable';
import type { Storage } from '../storage/storage';
import { isOnlyHere, isPending, type Pending, postponed } from './pending';
import { type Draft, newReport, type ReportState, type StoredReport } from './report';
import { ReportStore } from './report-store';

export type FeedbackQueueOptions = {
  readonly storage: Storage;
  readonly api: FeedbackApi;
  readonly now?: () => number;
  readonly random?: () => number;
};

export class FeedbackQueue {
  /** Newest first. */
  readonly reports: Observable<readonly StoredReport[]>;
  private readonly store: ReportStore;
  private readonly now: () => number;
  private readonly random: () => number;
  private delivering: Promise<void> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly options: FeedbackQueueOptions) {
    this.store = new ReportStore(options.storage);
    this.reports = this.store.reports;
    this.now = options.now ?? Date.now;
    this.random = options.random ?? Math.random;
  }

  /** Reads what an earlier run left, and goes on delivering it. */
  async start(): Promise<void> {
    await this.store.load();
    void this.deliver();
  }

  /** Keeps a report, then sends it when it can. Resolves with its id once it is kept; rejects when the device has no room. */
  async submit(draft: Draft, photo: Uint8Array | null): Promise<string> {
    const stored = newReport(draft, photo !== null, this.now());
    await this.store.add(stored, photo);
    void this.deliver();
    return stored.report.id;
  }

  /** Takes a report back: forgets it here, and has the server delete it if it may have arrived there. */
  async takeBack(id: string): Promise<void> {
    const withdrawing: ReportState = {
      status: 'withdrawing',
      attempts: 0,
      notBefore: this.now(),
      askedToWait: false,
    };
    // By both states: another tab may have tried what is untried here, and a full device may not have kept that it was tried.
    await this.store.change(id, (kept) =>
      isOnlyHere(kept) && isOnlyHere(this.store.find(id)?.state ?? kept) ? null : withdrawing,
    );
    void this.deliver();
  }

  /** The network is back or the app is in view again: what only waited for its turn is tried at once. */
  async wake(): Promise<void> {
    for (const { report, state } of this.reports.get()) {
      if (isPending(state) && !state.askedToWait) {
        this.store.show(report.id, { ...state, notBefore: this.now() });
      }
    }
    await this.deliver();
  }

  /** Delivers what is due, one after the other; a delivery under way is joined. */
  private deliver(): Promise<void> {
    this.delivering ??= this.deliverDue().finally(() => {
      this.delivering = null;
      this.planNext();
    });
    return this.delivering;
  }

  private async deliverDue(): Promise<void> {
    for (;;) {
      const due = this.reports
        .get()
        .findLast(({ state }) => isPending(state) && isOver(state.notBefore, this.now()));
      if (due === undefined || !isPending(due.state)) {
        return;
      }
      await (due.state.status === 'queued' ? this.send(due) : this.withdraw(due, due.state));
    }
  }

  private async send(stored: StoredReport): Promise<void> {
    const { id } = stored.report;
    // Counted before it is tried: after a kill, taking it back must ask the server too.
    await this.store.bringOn(id, (kept) =>
      kept.status === 'queued' ? { ...kept, attempts: kept.attempts + 1, notBefore: this.now() } : kept,
    );
    const tried = this.store.find(id)?.state;
    if (tried?.status !== 'queued') {
      return; // taken back meanwhile, or sent by another tab
    }
    this.store.show(id, { status: 'sending' });
    const delivery = await this.attempt(stored);
    await this.store.bringOn(id, () => this.stateAfter(delivery, tried));
  }

  private async attempt({ report, hasPhoto }: StoredReport): Promise<Delivery> {
    try {
      const photo = hasPhoto ? await this.store.photo(report.id) : null;
      if (hasPhoto && photo === null) {
        // Without it this would be another report under the same id, which the server may know from an earlier attempt.
        return {
          status: 'refused',
          code: 'photo_lost',
          message: 'The photo is not on this device any more.',
        };
      }
      return await this.options.api.send(report, photo);
    } catch {
      return { status: 'later', retryAfterMs: null }; // the device did not hand out the photo this time
    }
  }

  private stateAfter(delivery: Delivery, tried: Pending): ReportState {
    switch (delivery.status) {
      case 'accepted':
        return { status: 'sent', at: this.now() };
      case 'refused':
        return delivery;
      case 'later':
        return postponed(tried, delivery, this.now(), this.random);
    }
  }

  private async withdraw({ report, deletionToken }: StoredReport, state: Pending): Promise<void> {
    const delivery = await this.options.api.withdraw(report.id, deletionToken);
    await this.store.change(report.id, () => {
      switch (delivery.status) {
        case 'accepted':
          return null; // where that is not kept, the next start asks the server again, which does not mind
        case 'refused':
          return { ...delivery, status: 'not_withdrawn' };
        case 'later':
          return postponed({ ...state, attempts: state.attempts + 1 }, delivery, this.now(), this.random);
      }
    });
  }

  private planNext(): void {
    clearTimeout(this.timer);
    const next = Math.min(
      ...this.reports.get().map(({ state }) => (isPending(state) ? state.notBefore : Infinity)),
    );
    if (Number.isFinite(next)) {
      this.timer = setTimeout(() => void this.deliver(), Math.max(0, next - this.now()));
    }
  }
}
