// The model that is at work, and how another takes its place: between two photos, never under one.
import { Observable } from '../observable';
import type { RunningModel } from './kind';
import { type Lease, leaseOf } from './lease';
import type { ModelState } from './model-state';
import type { Refusal } from './reasons';

export class ActiveModel<Model extends RunningModel> {
  readonly state = new Observable<ModelState<Model>>({ status: 'loading' });
  private lease: Lease<Model> | null = null;

  /** `bundledSha256`: of the weights that the app brought along, if any. */
  constructor(private readonly bundledSha256: string | null) {}

  /** Null while there is none. */
  get description(): Model['description'] | null {
    return this.lease?.model.description ?? null;
  }

  /** New photos go to `model`; the one before is disposed of when the photo that it is judging is judged. */
  swap(model: Model): void {
    const old = this.lease;
    const { description } = model;
    this.lease = leaseOf(model);
    const source = description.sha256 === this.bundledSha256 ? 'bundled' : 'downloaded';
    this.state.set({ status: 'ready', description, source, use: this.lease.use });
    void old?.retire().catch(() => undefined);
  }

  /** None works: for a reason, or because there is none on the device. */
  fail(flaw: Refusal | null): void {
    this.state.set(flaw === null ? { status: 'absent' } : { status: 'failed', refusal: flaw });
  }
}
