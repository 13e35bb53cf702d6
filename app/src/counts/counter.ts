// Counts checks and updates once the user has agreed, and sends each day's counts once, when the day is over.
import * as v from 'valibot';

import type { EventsApi } from '../api/events-api';
import { isOver } from '../api/request';
import { isChosen } from '../storage/choices';
import type { Storage } from '../storage/storage';
import { randomUuid } from '../storage/uuid';
import type { ReasonCode } from '../updates/reasons';
import { addCheck, addUpdate, DayCounts, dayOf } from './counts';

const RECORDS = 'counts/';
const NOT_BEFORE = 'counts-not-before';
/** The server takes no older days. */
const LONGEST_DAYS = 31;
const DAY_MS = 86_400_000;

/** `id` is there from the first attempt on, so that every further one is the very same batch. */
const Kept = v.object({ ...DayCounts.entries, id: v.optional(v.nullable(v.string()), null) });
type Kept = v.InferOutput<typeof Kept>;

export type CounterOptions = {
  readonly storage: Storage;
  readonly api: EventsApi;
  readonly now?: () => number;
};

export class Counter {
  private readonly now: () => number;
  private delivering: Promise<void> | null = null;

  constructor(private readonly options: CounterOptions) {
    this.now = options.now ?? Date.now;
  }

  countCheck(version: string): Promise<void> {
    return this.count((day) => addCheck(day, version));
  }

  countUpdate(version: string | null, reason: ReasonCode | null): Promise<void> {
    return this.count((day) => addUpdate(day, version, reason));
  }

  /** Sends the days that are over; without the user's consent, what was counted under an earlier one is forgotten. */
  deliver(): Promise<void> {
    this.delivering ??= this.deliverDays()
      .catch(() => undefined) // the storage; what it holds is sent another time
      .finally(() => (this.delivering = null));
    return this.delivering;
  }

  private async count(change: (day: DayCounts) => DayCounts): Promise<void> {
    const { storage } = this.options;
    if (!(await isChosen(storage, 'sendCounts'))) {
      return;
    }
    // A count that cannot be kept is not worth an error to the user.
    await storage
      .update(RECORDS + dayOf(this.now()), (kept) => {
        const { id, ...day } = parse(kept) ?? EMPTY;
        return id === null ? { ...change(day), id } : kept; // a batch that was sent, on a clock set back
      })
      .catch(() => undefined);
  }

  private async deliverDays(): Promise<void> {
    const { storage } = this.options;
    const days = [...(await storage.list(RECORDS)).keys()].map((key) => key.slice(RECORDS.length)).sort();
    const oldest = dayOf(this.now() - LONGEST_DAYS * DAY_MS);
    const today = dayOf(this.now());
    for (const day of days) {
      const consent = await isChosen(storage, 'sendCounts'); // each time: it may go while a day is on its way
      if (!consent || day <= oldest) {
        await this.forget(day);
      } else if (day < today && !(await this.send(day))) {
        return;
      }
    }
  }

  /** Returns whether the server has answered for good. */
  private async send(day: string): Promise<boolean> {
    const { storage, api } = this.options;
    const notBefore = await storage.get(NOT_BEFORE);
    if (typeof notBefore === 'number' && !isOver(notBefore, this.now())) {
      return false;
    }
    let sealed: Kept | null = null;
    await storage.update(RECORDS + day, (kept) => {
      const counted = parse(kept);
      sealed = counted && { ...counted, id: counted.id ?? randomUuid() };
      return sealed ?? undefined;
    });
    const { id, ...counts } = (sealed as Kept | null) ?? EMPTY;
    if (id !== null) {
      const delivery = await api.send({ id, day, ...counts });
      if (delivery.status === 'later') {
        await storage.update(NOT_BEFORE, () => this.now() + (delivery.retryAfterMs ?? 0));
        return false;
      }
    }
    await this.forget(day); // also what the server refuses, which it would refuse again
    return true;
  }

  private forget(day: string): Promise<void> {
    return this.options.storage.update(RECORDS + day, () => undefined);
  }
}

const EMPTY: Kept = { checks: [], updates: [], id: null };

function parse(kept: unknown): Kept | null {
  const counts = v.safeParse(Kept, kept);
  return counts.success ? counts.output : null;
}
