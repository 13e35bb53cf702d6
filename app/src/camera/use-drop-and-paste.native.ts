// Phones drop and paste nothing here.
import type { DropAndPaste } from './drop-and-paste-types';

export const useDropAndPaste: DropAndPaste = () => false;
