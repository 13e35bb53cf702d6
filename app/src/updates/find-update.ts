// Whether there is another model for this phone, and whether the user has to be asked before it is taken.
import { type CheckOptions, fetchDescription, findWantedVersion } from './check';
import type { RunningModel } from './kind';
import { keysInForce, nextKeys } from './key-sets';
import type { ModelStore } from './model-store';
import { type Offer, wouldCost } from './offer';
import type { Refusal } from './reasons';
import type { UpdateSource } from './update-source';

export type Found<Model extends RunningModel> =
  | { readonly status: 'up_to_date' }
  | {
      readonly status: 'found';
      readonly description: Model['description'];
      /** Why it must not be taken unasked, if so. */
      readonly ask: Offer['because'] | null;
    }
  | { readonly status: 'refused'; readonly version: string | null; readonly refusal: Refusal };

export type FindOptions<Model extends RunningModel> = CheckOptions<Model> & {
  readonly store: ModelStore<Model>;
  readonly isMetered: () => Promise<boolean>;
};

/**
 * Asks the server which model this phone should have instead of `active`. Where it signs with keys that are not known here,
 * the key sets that followed the known one are asked for first.
 */
export async function findUpdate<Model extends RunningModel>(
  source: UpdateSource,
  active: Model['description'] | null,
  now: number,
  options: FindOptions<Model>,
): Promise<Found<Model>> {
  let keys = await keysInForce(source.keys, options.storage);
  for (;;) {
    const found = await look({ ...source, keys }, active, now, options);
    if (found.status !== 'refused' || found.refusal.code !== 'unknown_key') {
      return found;
    }
    const next = await nextKeys(keys, source.baseUrl, options);
    if (next === null) {
      return found;
    }
    keys = next;
  }
}

async function look<Model extends RunningModel>(
  source: UpdateSource,
  active: Model['description'] | null,
  now: number,
  options: FindOptions<Model>,
): Promise<Found<Model>> {
  const reference = await findWantedVersion(source, now, options);
  if (!reference.ok) {
    return { status: 'refused', version: null, refusal: reference.error };
  }
  if (reference.value === null) {
    return { status: 'up_to_date' };
  }
  const wanted = await fetchDescription(source, reference.value, options);
  if (!wanted.ok) {
    return { status: 'refused', version: reference.value.version, refusal: wanted.error };
  }
  if (JSON.stringify(wanted.value) === JSON.stringify(active)) {
    return { status: 'up_to_date' };
  }
  return { status: 'found', description: wanted.value, ask: await reasonToAsk(wanted.value, options) };
}

async function reasonToAsk<Model extends RunningModel>(
  wanted: Model['description'],
  options: FindOptions<Model>,
): Promise<Offer['because'] | null> {
  if ((await options.store.declinedVersion()) === wanted.version) {
    return 'declined';
  }
  if (!(await wouldCost(options))) {
    return null;
  }
  const present = await options.store.read(wanted); // what is there, but damaged, is downloaded too
  return present.ok && present.value !== null ? null : 'metered';
}
