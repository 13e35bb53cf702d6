// Trials that ended the app: what crashes in native code cannot be caught, so the trial of a new model is noted before it begins and the note goes when it ends.
import * as v from 'valibot';

import type { AnyDescription } from '../model/description';
import { failed, type Result } from '../result';
import type { Storage } from '../storage/storage';
import { refusal, type Refusal } from './reasons';

const RECORD = 'updates/trial';
/** One may be the user's doing, who closed the app just then. */
const MAX_UNFINISHED = 2;
const PAUSE_MS = 24 * 3_600_000;

/** `at`: of the last one, milliseconds since 1970. */
const Unfinished = v.object({ sha256: v.string(), trials: v.number(), at: v.number() });

export type NoteOptions = {
  /** The section of the storage that is this kind's alone. */
  readonly section: Storage;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** Runs a model's trial, unless the last two never ended: then once a day, so that no model keeps the app from being used. */
export async function noted<Value>(
  { sha256, version }: Pick<AnyDescription, 'sha256' | 'version'>,
  { section, now }: NoteOptions,
  trial: () => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal>> {
  const note = v.safeParse(Unfinished, await section.get(RECORD).catch(() => undefined));
  const { trials, at } = note.success && note.output.sha256 === sha256 ? note.output : { trials: 0, at: 0 };
  const elapsed = now() - at;
  if (trials >= MAX_UNFINISHED && elapsed >= 0 && elapsed < PAUSE_MS) {
    return failed(
      refusal('self_test_failed', `version ${version}: the app ended during ${trials} trials of it`),
    );
  }
  // Where the device keeps no note, a trial is worth more than the precaution.
  await section.update(RECORD, () => ({ sha256, trials: trials + 1, at: now() })).catch(() => undefined);
  const result = await trial();
  await section.update(RECORD, () => undefined).catch(() => undefined);
  return result;
}
