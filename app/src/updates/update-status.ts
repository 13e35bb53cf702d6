// What is shown of updates, and what of it is remembered.
import { Observable } from '../observable';
import type { Storage } from '../storage/storage';
import { type LastCheck, type Memory, recallChecks, rememberChecks } from './memory';
import type { Activity, UpdateState } from './model-state';
import type { Refusal } from './reasons';

export class UpdateStatus {
  readonly state: Observable<UpdateState>;

  constructor(
    private readonly storage: Storage,
    private readonly atRest: Activity,
    private readonly now: () => number,
  ) {
    this.state = new Observable<UpdateState>({
      activity: atRest,
      offer: null,
      wayBack: null,
      lastCheck: null,
      lastRefusal: null,
    });
  }

  show(news: Partial<UpdateState>): void {
    this.state.set({ ...this.state.get(), ...news });
  }

  rest(): void {
    this.show({ activity: this.atRest });
  }

  /** Shows what an earlier run remembered. */
  async recall(): Promise<void> {
    this.show(await recallChecks(this.storage).catch(() => ({})));
  }

  /** A check has ended so. */
  checked(result: LastCheck['result']): Promise<void> {
    return this.remember({ lastCheck: { at: this.now(), result } });
  }

  /** An update, or a model on the device, was not good enough. */
  refused(refusal: Refusal): Promise<void> {
    return this.remember({ lastRefusal: { at: this.now(), ...refusal } });
  }

  private async remember(news: Partial<Memory>): Promise<void> {
    this.show(news);
    // A memory that cannot be kept must not keep the app from working; the next check writes it anew.
    await rememberChecks(this.storage, this.state.get()).catch(() => undefined);
  }
}
