// `major.minor.patch` versions of apps, runtimes and models.
import * as v from 'valibot';

const NUMBER = '(0|[1-9][0-9]{0,5})';

/** A version string, and only that; the same pattern as in ml/model.schema.json. */
export const Version = v.pipe(v.string(), v.regex(new RegExp(`^${NUMBER}\\.${NUMBER}\\.${NUMBER}$`)));

/** Whether version `a` precedes version `b`. */
export function isOlder(a: string, b: string): boolean {
  const [left, right] = [a, b].map((version) => version.split('.').map(Number));
  for (let i = 0; i < 3; i++) {
    const difference = (left?.[i] ?? 0) - (right?.[i] ?? 0);
    if (difference !== 0) {
      return difference < 0;
    }
  }
  return false;
}
