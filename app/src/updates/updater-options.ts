// What an updater needs: the kind of model, where it comes from, and the device's own ways to keep, verify and run it.
import type { Classifier } from '../classifier/classifier';
import type { Storage } from '../storage/storage';
import type { VerifySignature } from './dsse';
import type { RunningModel } from './kind';
import type { ModelsOptions } from './models';
import type { ReasonCode } from './reasons';
import type { UpdatesOff, UpdateSource } from './update-source';

export type UpdaterOptions<Model extends RunningModel = Classifier> = Omit<
  ModelsOptions<Model>,
  'section' | 'now'
> & {
  readonly storage: Storage;
  readonly verify: VerifySignature;
  /** Or why updates are off. */
  readonly source: UpdateSource | UpdatesOff;
  /** Whether bytes cost the user money on the present connection. */
  readonly isMetered: () => Promise<boolean>;
  /** Hears how updates end: `version` is null while it was not known yet, `reason` when it was installed. */
  readonly onOutcome?: (version: string | null, reason: ReasonCode | null) => void;
  readonly now?: () => number;
};
