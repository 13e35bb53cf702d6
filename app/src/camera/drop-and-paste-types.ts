// What dropping and pasting does where it exists.
import type { Photo } from '../pixels/photo';

/** `onOther` is called for a file that is no picture. Both must be stable between renders. */
export type DropAndPaste = (onPhoto: (photo: Photo) => void, onOther: () => void) => void;
