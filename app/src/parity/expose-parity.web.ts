// With `?parity` in the address, tests reach the screen's own path from photo to score, to hold it against Python's.
import type { Services } from '../services/services';
import { photoToTensor } from '../pixels/photo-pixels';
import { judge } from '../verdict/judge';

type Parity = {
  readonly classify: (blob: Blob) => Promise<{ readonly score: number; readonly version: string }>;
  readonly tensor: (blob: Blob, resolution: number) => Promise<Uint8Array>;
};

declare global {
  interface Window {
    deepdog?: Parity;
  }
}

export function exposeParity({ updater }: Services): void {
  if (!new URLSearchParams(window.location.search).has('parity')) {
    return;
  }
  window.deepdog = {
    classify: (blob) =>
      withPhoto(blob, async (photo) => {
        await updater.start();
        const model = updater.model.get();
        if (model.status !== 'ready') {
          throw new Error(`the model is ${model.status}`);
        }
        const judged = await model.use((classifier) => judge(photo, classifier));
        if (!judged.ok) {
          throw new Error(judged.error);
        }
        const { prediction, description } = judged.value;
        return { score: prediction.score, version: description.version };
      }),
    tensor: (blob, resolution) => withPhoto(blob, (photo) => photoToTensor(photo, resolution)),
  };
}

async function withPhoto<T>(
  blob: Blob,
  task: (photo: { uri: string; takenAt: string }) => Promise<T>,
): Promise<T> {
  const uri = URL.createObjectURL(blob);
  try {
    return await task({ uri, takenAt: new Date().toISOString() });
  } finally {
    URL.revokeObjectURL(uri);
  }
}
