// What both ways of sharing offer.
import type { ReactNode } from 'react';

import type { Photo } from '../pixels/photo';
import type { Stamp } from './stamp';

/** `saved`: the device shares nothing, so the picture was put among the downloads. */
export type ShareOutcome = 'shared' | 'saved' | 'cancelled' | 'failed';

/** `share` stamps the photo and hands the picture over; `element` is what it needs on the screen. */
export type UseShare = () => {
  readonly share: (photo: Photo, stamp: Stamp) => Promise<ShareOutcome>;
  readonly element: ReactNode;
};
