// model.json of a detector as the app knows it: its type, and the check that an untrusted document is one.
import { failed, ok } from '../result';
import type { CheckDescription } from './description';
import type { DetectorDescription } from './generated/detector-description';
import schema from './generated/detector-schema.json';
import { schemaCheck } from './schema-check';

export type { DetectorDescription };

const CHANNELS = { centres: 1, sizes: 2, offsets: 2 };

const flawOf = schemaCheck(schema);

/** Checks a parsed document against ml/detector.schema.json, and what a schema cannot say. */
export const checkDetectorDescription: CheckDescription<DetectorDescription> = (document) => {
  const flaw = flawOf(document);
  if (flaw !== null) {
    return failed(`model.json: ${flaw}`);
  }
  const description = document as DetectorDescription;
  const { input, outputs } = description;
  if (input.height !== input.width) {
    return failed('model.json: input is not a square');
  }
  if (new Set(outputs.map(({ name }) => name)).size !== outputs.length) {
    return failed('model.json: outputs must be one of each: centres, sizes and offsets');
  }
  const [, rows, columns] = outputs[0].shape;
  const onOneGrid = outputs.every(
    ({ name, shape: [batch, ...grid] }) =>
      batch === 1 && grid[0] === rows && grid[1] === columns && grid[2] === CHANNELS[name],
  );
  return onOneGrid
    ? ok(description)
    : failed('model.json: outputs must be (1, h, w, 1) for centres, (1, h, w, 2) for the others');
};
