// Reports on their way to the server: kept before the first attempt, sent once however often the network fails, taken back on request.
import type { FeedbackApi } from '../api/feedback-api';
import type { Delivery } from '../api/request';
import type { Observable } from '../observable';
import type { Storage } from '../storage/storage';
import { isPending, type Pending, postponed } from './pending';
import { type Draft, newReport, type StoredReport } from './report';
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
    const state = this.store.find(id)?.state;
    if (state?.status === 'refused' || (state?.status === 'queued' && state.attempts === 0)) {
      await this.store.forget(id);
      return;
    }
    await this.store.change(id, {
      status: 'withdrawing',
      attempts: 0,
      notBefore: this.now(),
      askedToWait: false,
    });
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
        .findLast(({ state }) => isPending(state) && state.notBefore <= this.now());
      if (due === undefined || !isPending(due.state)) {
        return;
      }
      await (due.state.status === 'queued' ? this.send(due, due.state) : this.withdraw(due, due.state));
    }
  }

  private async send(stored: StoredReport, state: Pending): Promise<void> {
    const { id } = stored.report;
    // Counted before it is tried: after a kill, taking it back must ask the server too.
    const tried = { ...state, attempts: state.attempts + 1 };
    await this.store.change(id, tried);
    if (this.store.find(id)?.state.status !== 'queued') {
      return; // taken back meanwhile
    }
    this.store.show(id, { status: 'sending' });
    const delivery = await this.attempt(stored);
    if (this.store.find(id)?.state.status !== 'sending') {
      return; // taken back meanwhile
    }
    if (delivery.status === 'later') {
      await this.store.change(id, postponed(tried, delivery, this.now(), this.random));
      return;
    }
    await this.store.change(
      id,
      delivery.status === 'accepted' ? { status: 'sent', at: this.now() } : delivery,
    );
    // Where this fails, the next start removes the photo.
    await this.store.dropPhoto(id).catch(() => undefined);
  }

  private async attempt({ report, hasPhoto }: StoredReport): Promise<Delivery> {
    try {
      return await this.options.api.send(report, hasPhoto ? await this.store.photo(report.id) : null);
    } catch {
      return { status: 'later', retryAfterMs: null }; // the device did not hand out the photo this time
    }
  }

  private async withdraw({ report, deletionToken }: StoredReport, state: Pending): Promise<void> {
    const delivery = await this.options.api.withdraw(report.id, deletionToken);
    switch (delivery.status) {
      case 'accepted':
        // Where this fails, the next start asks the server again, which does not mind.
        await this.store.forget(report.id).catch(() => undefined);
        return;
      case 'refused':
        await this.store.change(report.id, { ...delivery, status: 'not_withdrawn' });
        return;
      case 'later': {
        const tried = { ...state, attempts: state.attempts + 1 };
        await this.store.change(report.id, postponed(tried, delivery, this.now(), this.random));
      }
    }
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
