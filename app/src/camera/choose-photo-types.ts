// What both ways of choosing a photo offer.
import type { ReactNode } from 'react';

import type { Photo } from '../pixels/photo';

/**
 * `choose` opens the picker; `element` is what it needs on the page. `onFailed` is called when the chosen photo cannot be had,
 * as one that lies in the cloud while there is no network.
 */
export type ChoosePhoto = (
  onPhoto: (photo: Photo) => void,
  onFailed: () => void,
) => {
  readonly choose: () => void;
  readonly element: ReactNode;
};
