// What dropping and pasting does where it exists.
import type { Photo } from '../pixels/photo';

/**
 * Says whether a file is held over the page just now. `onOther` is called for a file that is no picture. Both must be stable
 * between renders.
 */
export type DropAndPaste = (onPhoto: (photo: Photo) => void, onOther: () => void) => boolean;
