// The one interface that a model is run through, on phones and in browsers.
import type { ModelDescription } from '../model/description';

/** `score` is the probability of the positive label, in [0, 1]; `values` are logits, row by row, whose mean is the logit of `score`. */
export type Prediction = {
  readonly score: number;
  readonly heatmap: { readonly height: number; readonly width: number; readonly values: Float32Array };
};

export interface Classifier {
  readonly description: ModelDescription;
  /** Runs the model on a uint8 RGB tensor of shape (1, height, width, 3); rejects when its length is another. */
  classify(tensor: Uint8Array): Promise<Prediction>;
  dispose(): Promise<void>;
}

export type LoadClassifier = (model: Uint8Array, description: ModelDescription) => Promise<Classifier>;
