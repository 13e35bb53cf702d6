// The model that classifies, and how another takes its place: between two photos, never under one.
import type { Classifier } from '../classifier/classifier';
import type { ModelDescription } from '../model/description';
import { Observable } from '../observable';
import { type Lease, leaseOf } from './lease';
import type { ModelState } from './model-state';
import type { Refusal } from './reasons';

export class ActiveModel {
  readonly state = new Observable<ModelState>({ status: 'loading' });
  private lease: Lease | null = null;

  constructor(private readonly bundled: ModelDescription) {}

  /** Null while there is none. */
  get description(): ModelDescription | null {
    return this.lease?.classifier.description ?? null;
  }

  /** New photos go to `classifier`; the one before is disposed of when the photo that it is judging is judged. */
  swap(classifier: Classifier): void {
    const old = this.lease;
    const { description } = classifier;
    this.lease = leaseOf(classifier);
    const source = description.sha256 === this.bundled.sha256 ? 'bundled' : 'downloaded';
    this.state.set({ status: 'ready', description, source, use: this.lease.use });
    void old?.retire().catch(() => undefined);
  }

  fail(refusal: Refusal): void {
    this.state.set({ status: 'failed', refusal });
  }
}
