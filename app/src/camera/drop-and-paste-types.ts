// What dropping and pasting does where it exists.
import type { Photo } from '../pixels/photo';

/**
 * Says whether a file that is wanted is held over the page just now. While none is, a dropped one is lost and what is pasted is
 * the browser's. `onOther` is called for a file that is no picture. Both callbacks must be stable between renders.
 */
export type DropAndPaste = (wanted: boolean, onPhoto: (photo: Photo) => void, onOther: () => void) => boolean;
