// Generated from ml/detector.schema.json by `npm run generate:model`; do not edit.

export type Version = string;
export type Sha256 = string;

/**
 * model.json of a detector: what a phone and a publisher must know of it. What it shares with ml/model.schema.json is the same there.
 */
export interface DetectorDescription {
  schema_version: 1;
  kind: 'detector';
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
   * Boxes are shown from this score on.
   */
  threshold: number;
  input: {
    height: number;
    width: number;
    dtype: 'uint8';
  };
  /**
   * In the order of the file's outputs: centres (1, h, w, 1), sizes and offsets (1, h, w, 2).
   *
   * @minItems 3
   * @maxItems 3
   */
  outputs: [
    {
      name: 'centres' | 'sizes' | 'offsets';
      /**
       * @minItems 4
       * @maxItems 4
       */
      shape: [number, number, number, number];
      dtype: 'float32';
    },
    {
      name: 'centres' | 'sizes' | 'offsets';
      /**
       * @minItems 4
       * @maxItems 4
       */
      shape: [number, number, number, number];
      dtype: 'float32';
    },
    {
      name: 'centres' | 'sizes' | 'offsets';
      /**
       * @minItems 4
       * @maxItems 4
       */
      shape: [number, number, number, number];
      dtype: 'float32';
    },
  ];
  /**
   * How boxes are read off the outputs; see docs/contracts.md, Detectors.
   */
  decoding: {
    max_boxes: number;
    /**
     * Intersection over union of two boxes that may both stand.
     */
    max_overlap: number;
  };
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
  /**
   * By COCO's rules on the test split; null where there was nothing to measure it on.
   */
  metrics: {
    split: 'test';
    pictures: number;
    boxes: number;
    /**
     * Average precision, mean over overlaps of 0.5, 0.55 ... 0.95.
     */
    ap: number | null;
    /**
     * The same at an overlap of 0.5.
     */
    ap50: number | null;
    /**
     * Share of boxes found at the threshold, by an overlap of 0.5.
     */
    recall: number | null;
    /**
     * Share of found boxes that are right.
     */
    precision: number | null;
    /**
     * Mean difference between found and right number.
     */
    count_error: number | null;
    /**
     * Mean number of boxes in pictures that hold none.
     */
    false_boxes: number | null;
  };
  /**
   * See docs/contracts.md, Self-test.
   */
  self_test: {
    seed: number;
    /**
     * Highest value of centres.
     */
    score: number;
    tolerance: number;
    /**
     * Of that cell: left, top, right and bottom edge in fractions of the square.
     *
     * @minItems 4
     * @maxItems 4
     */
    box: [number, number, number, number];
    /**
     * Of each edge.
     */
    box_tolerance: number;
  };
  /**
   * What changed, for the app's settings page.
   */
  release_notes?: string;
}
