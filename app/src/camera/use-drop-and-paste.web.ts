// Photos that are dropped on the page or pasted into it.
import { useEffect, useState } from 'react';

import type { DropAndPaste } from './drop-and-paste-types';
import { photoOf } from './photo-of-file';

export const useDropAndPaste: DropAndPaste = (wanted, onPhoto, onOther) => {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const take = (event: Event, transfer: DataTransfer | null) => {
      const file = transfer?.files[0];
      if (!wanted || file === undefined) {
        return;
      }
      event.preventDefault();
      // Browsers that do not know HEIC give it no type.
      if (file.type === '' || file.type.startsWith('image/')) {
        onPhoto(photoOf(file));
      } else {
        onOther();
      }
    };
    // Without this the browser would leave the page and open the dropped file.
    const allow = (event: DragEvent) => {
      event.preventDefault();
      setHeld(event.dataTransfer?.types.includes('Files') === true);
    };
    const leave = (event: DragEvent) => {
      // Leaving one element for another is not leaving the page.
      if (event.relatedTarget === null) {
        setHeld(false);
      }
    };
    const drop = (event: DragEvent) => {
      event.preventDefault();
      setHeld(false);
      take(event, event.dataTransfer);
    };
    const paste = (event: ClipboardEvent) => take(event, event.clipboardData);
    document.addEventListener('dragover', allow);
    document.addEventListener('dragleave', leave);
    document.addEventListener('drop', drop);
    document.addEventListener('paste', paste);
    return () => {
      document.removeEventListener('dragover', allow);
      document.removeEventListener('dragleave', leave);
      document.removeEventListener('drop', drop);
      document.removeEventListener('paste', paste);
    };
  }, [wanted, onPhoto, onOther]);
  return wanted && held;
};
