// What the update check remembers between runs: the highest sequence, how the last check went, the last refusal.
import * as v from 'valibot';

import type { Storage } from '../storage/storage';
import { REASON_CODES, refusal, type Refusal } from './reasons';

const SEQUENCE = 'updates/highest-sequence';
const CHECKS = 'updates/checks';

const Sequence = v.fallback(v.pipe(v.number(), v.safeInteger()), 0);

/** `at`: milliseconds since 1970. */
const LastCheck = v.object({
  at: v.number(),
  result: v.picklist(['up_to_date', 'updated', 'offered', 'refused']),
});
const StoredRefusal = v.object({ at: v.number(), code: v.picklist(REASON_CODES), detail: v.string() });
const Checks = v.object({ lastCheck: v.nullable(LastCheck), lastRefusal: v.nullable(StoredRefusal) });

export type LastCheck = v.InferOutput<typeof LastCheck>;
export type PastRefusal = Refusal & { readonly at: number };
export type Memory = { readonly lastCheck: LastCheck | null; readonly lastRefusal: PastRefusal | null };

export async function highestSequence(storage: Storage): Promise<number> {
  return v.parse(Sequence, await storage.get(SEQUENCE));
}

/** Remembers a sequence; the highest one stays. */
export function rememberSequence(storage: Storage, sequence: number): Promise<void> {
  return storage.update(SEQUENCE, (seen) => Math.max(v.parse(Sequence, seen), sequence));
}

export async function recallChecks(storage: Storage): Promise<Memory> {
  const checks = v.safeParse(Checks, await storage.get(CHECKS));
  if (!checks.success) {
    return { lastCheck: null, lastRefusal: null };
  }
  const { lastCheck, lastRefusal } = checks.output;
  return {
    lastCheck,
    lastRefusal: lastRefusal && { at: lastRefusal.at, ...refusal(lastRefusal.code, lastRefusal.detail) },
  };
}

export function rememberChecks(storage: Storage, { lastCheck, lastRefusal }: Memory): Promise<void> {
  const { at, code, detail } = lastRefusal ?? {};
  return storage.update(CHECKS, () => ({ lastCheck, lastRefusal: lastRefusal && { at, code, detail } }));
}
