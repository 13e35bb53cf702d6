// What is counted with the user's consent (docs/contracts.md, POST /events): checks and updates of one UTC day, added up.
import * as v from 'valibot';

import { REASON_CODES, type ReasonCode } from '../updates/reasons';

const MAX_COUNT = 10_000;
const MAX_ENTRIES = 50;

const Count = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_COUNT));
const Update = v.object({
  model_version: v.nullable(v.string()),
  outcome: v.picklist(['installed', 'failed']),
  reason: v.exactOptional(v.picklist(REASON_CODES)),
  count: Count,
});
export const DayCounts = v.object({
  checks: v.array(v.object({ model_version: v.string(), count: Count })),
  updates: v.array(Update),
});
export type DayCounts = v.InferOutput<typeof DayCounts>;

/** A photo was classified by this version. */
export function addCheck(day: DayCounts, version: string): DayCounts {
  return { ...day, checks: added(day.checks, { model_version: version }) };
}

/** An update to this version ended so; `reason` is null when it was installed. */
export function addUpdate(day: DayCounts, version: string | null, reason: ReasonCode | null): DayCounts {
  const entry: Omit<v.InferOutput<typeof Update>, 'count'> = reason === null
    ? { model_version: version, outcome: 'installed' }
    : { model_version: version, outcome: 'failed', reason };
  return { ...day, updates: added(day.updates, entry) };
}

/** The UTC day of a time in milliseconds since 1970, as `YYYY-MM-DD`. */
export function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

/** The entry that is like `entry` counts one more. What is beyond the contract's limits is not counted. */
function added<Entry extends object>(
  entries: readonly (Entry & { count: number })[],
  entry: Entry,
): (Entry & { count: number })[] {
  const keyOf = (other: Entry) => JSON.stringify(Object.entries({ ...other, count: 0 }).sort());
  const present = entries.find((other) => keyOf(other) === keyOf(entry));
  if (present === undefined) {
    return entries.length < MAX_ENTRIES ? [...entries, { ...entry, count: 1 }] : [...entries];
  }
  const more = { ...present, count: Math.min(MAX_COUNT, present.count + 1) };
  return entries.map((other) => (other === present ? more : other));
}
