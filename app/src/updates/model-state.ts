// What the screens see of models and updates, as tagged unions.
import type { Classifier } from '../classifier/classifier';
import type { RunningModel } from './kind';
import type { Lease } from './lease';
import type { UpdatesOff } from './update-source';
import type { LastCheck, PastRefusal } from './memory';
import type { Offer } from './offer';
import type { Refusal } from './reasons';

/** A model at work: the one that classifies unless another kind is named. */
export type ModelState<Model extends RunningModel = Classifier> =
  | { readonly status: 'loading' }
  /** Neither bundled nor published, which only an optional kind may be. */
  | { readonly status: 'absent' }
  | {
      readonly status: 'ready';
      readonly description: Model['description'];
      readonly source: 'bundled' | 'downloaded';
      /** Runs a task with the model; a newer model may take over meanwhile, but not under the task's feet. */
      readonly use: Lease<Model>['use'];
    }
  | { readonly status: 'failed'; readonly refusal: Refusal };

/** What the updater is doing. */
export type Activity =
  | { readonly status: 'off'; readonly why: UpdatesOff }
  | { readonly status: 'idle' }
  | { readonly status: 'checking' }
  | {
      readonly status: 'downloading';
      readonly version: string;
      readonly receivedBytes: number;
      readonly totalBytes: number;
    }
  | { readonly status: 'testing'; readonly version: string };

export type UpdateState = {
  readonly activity: Activity;
  readonly offer: Offer | null;
  /** The version of the model before, which the user may go back to. */
  readonly wayBack: string | null;
  readonly lastCheck: LastCheck | null;
  /** Kept after later checks went well, so that it can be asked about. */
  readonly lastRefusal: PastRefusal | null;
};
