// What glides from one place to the next.
import type { ReactNode } from 'react';

import type { Place } from './place';

export type GlideProps = {
  readonly to: Place;
  /** On its way out. */
  readonly faded: boolean;
  /** For those who asked for less movement: it is at once where it is to be. */
  readonly still: boolean;
  readonly children: ReactNode;
  readonly testID?: string;
};

/** A little longer than the time between two glances, so that the next move begins before this one ends. */
export const GLIDE_MS = 130;
