// What is remembered of the models on the device: the current one, and the one before as a way back.
import * as v from 'valibot';

import type { CheckDescription } from '../model/description';

/** The record's schema for descriptions that `check` accepts. */
export function modelsRecord<Description>(check: CheckDescription<Description>) {
  const Described = v.pipe(
    v.unknown(),
    v.rawTransform<unknown, Description>(({ dataset, addIssue, NEVER }) => {
      const description = check(dataset.value);
      if (description.ok) {
        return description.value;
      }
      addIssue({ message: description.error });
      return NEVER;
    }),
  );
  return v.object({
    current: Described,
    previous: v.nullable(Described),
    /** The version that the app brought along when `current` was chosen; empty when there was none. */
    bundledVersion: v.optional(v.string(), ''),
    /** The version that the user went back from. */
    declined: v.optional(v.nullable(v.string()), null),
  });
}

export type ModelsRecord<Description> = ReturnType<typeof modelsRecord<Description>>;
export type Models<Description> = v.InferOutput<ModelsRecord<Description>>;

/** The current one, then the way back. */
export function modelsIn<Description>({
  current,
  previous,
}: Pick<Models<Description>, 'current' | 'previous'>): readonly Description[] {
  return previous === null ? [current] : [current, previous];
}
