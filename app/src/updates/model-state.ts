// What the screens see of models and updates, as tagged unions.
import type { ModelDescription } from '../model/description';
import type { Lease } from './lease';
import type { UpdatesOff } from './update-source';
import type { LastCheck, PastRefusal } from './memory';
import type { Offer } from './offer';
import type { Refusal } from './reasons';

/** The model that classifies. */
export type ModelState =
  | { readonly status: 'loading' }
  | {
      readonly status: 'ready';
      readonly description: ModelDescription;
      readonly source: 'bundled' | 'downloaded';
      /** Runs a task with the classifier; a newer model may take over meanwhile, but not under the task's feet. */
      readonly use: Lease['use'];
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
