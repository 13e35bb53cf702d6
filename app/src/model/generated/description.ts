// Generated from ml/model.schema.json by `npm run generate:model`; do not edit.

export type Version = string;
export type Sha256 = string;

/**
 * model.json: what a phone and a publisher must know of a model file.
 */
export interface ModelDescription {
  schema_version: 1;
  kind: 'classifier';
  name: string;
  version: Version;
  /**
   * In UTC, to the second.
   */
  created_at: string;
  git_commit: string;
  data_sha256: Sha256;
  architecture: {
    name: string;
    alpha: number;
    resolution: number;
  };
  /**
   * The words that the app shows.
   */
  labels: {
    negative: string;
    positive: string;
  };
  /**
   * The verdict is positive when score >= threshold.
   */
  threshold: number;
  input: {
    height: number;
    width: number;
    dtype: 'uint8';
  };
  /**
   * In the order of the file's outputs.
   *
   * @minItems 2
   * @maxItems 2
   */
  outputs: [
    {
      name: 'score' | 'heatmap';
      /**
       * @minItems 2
       * @maxItems 4
       */
      shape: [number, number] | [number, number, number] | [number, number, number, number];
      dtype: 'float32';
    },
    {
      name: 'score' | 'heatmap';
      /**
       * @minItems 2
       * @maxItems 4
       */
      shape: [number, number] | [number, number, number] | [number, number, number, number];
      dtype: 'float32';
    },
  ];
  sha256: Sha256;
  size_bytes: number;
  quantisation: {
    scheme: 'int8' | 'float16' | 'float32';
    representative_images: number;
  };
  /**
   * LiteRT version that has every operator of the file.
   */
  min_runtime_version: string;
  min_app_version: Version;
  metrics: {
    split: 'test';
    positives: number;
    negatives: number;
    auc: number;
    /**
     * Share of positives said to be positive at the threshold.
     */
    recall: number;
    /**
     * Share of negatives said to be positive at the threshold.
     */
    false_alarm_rate: number;
    accuracy: number;
  };
  /**
   * See docs/contracts.md, Self-test.
   */
  self_test: {
    seed: number;
    score: number;
    tolerance: number;
  };
  /**
   * What changed, for the app's settings page.
   */
  release_notes?: string;
}
