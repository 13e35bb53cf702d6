// Sharing in the browser: its share sheet where there is one that takes pictures, a download elsewhere.
import { askWorker } from '../worker/client';
import type { ShareOutcome, UseShare } from './share-types';
import { fileName } from './stamp';

export const useShare: UseShare = () => ({
  share: async (photo, stamp) => {
    try {
      const encoded = await (await fetch(photo.uri)).blob();
      const jpeg = await askWorker('stampPhoto', { photo: encoded, stamp });
      const file = new File([new Uint8Array(jpeg)], fileName(stamp.label), { type: 'image/jpeg' });
      return await handOver(file);
    } catch {
      return 'failed';
    }
  },
  element: null,
});

async function handOver(file: File): Promise<ShareOutcome> {
  const data: ShareData = { files: [file] };
  // Missing in some browsers, whatever the DOM's types say.
  const { canShare } = navigator as { readonly canShare?: Navigator['canShare'] };
  if (canShare?.call(navigator, data) === true) {
    try {
      await navigator.share(data);
      return 'shared';
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') {
        return 'cancelled';
      }
      // What the share sheet refuses can still be saved.
    }
  }
  download(file);
  return 'saved';
}

function download(file: File): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = file.name;
  link.click();
  // The download begins in a task of its own.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
