// The whole way from a photo to a judgement, the same for the screen and for the parity test.
import type { Classifier, Prediction } from '../classifier/classifier';
import type { Box } from '../detection/detector';
import type { ModelDescription } from '../model/description';
import { type Photo, UnreadablePhotoError } from '../pixels/photo';
import { photoToTensor } from '../pixels/photo-pixels';
import { failed, ok, type Result } from '../result';
import { type Verdict, verdictOf } from './verdict';

export type Judgement = {
  readonly prediction: Prediction;
  readonly verdict: Verdict;
  /** Of the model that judged, which may be replaced before the user answers. */
  readonly description: ModelDescription;
};

/** Judges the photo, or the square around a box in it. */
export async function judge(
  photo: Photo,
  classifier: Classifier,
  around: Box | null = null,
): Promise<Result<Judgement, 'unreadablePhoto' | 'heicPhoto' | 'modelFailed'>> {
  const { description } = classifier;
  try {
    const prediction = await classifier.classify(
      await photoToTensor(photo, description.input.height, around),
    );
    return ok({ prediction, verdict: verdictOf(prediction.score, description), description });
  } catch (error) {
    if (error instanceof UnreadablePhotoError) {
      return failed(error.format === 'heic' ? 'heicPhoto' : 'unreadablePhoto');
    }
    return failed('modelFailed');
  }
}
