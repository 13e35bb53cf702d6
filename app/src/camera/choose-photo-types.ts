// What both ways of choosing a photo offer.
import type { ReactNode } from 'react';

import type { Photo } from '../pixels/photo';

/** `choose` opens the picker; `element` is what it needs on the page. */
export type ChoosePhoto = (onPhoto: (photo: Photo) => void) => {
  readonly choose: () => void;
  readonly element: ReactNode;
};
