// model.json of a classifier as the app knows it: its type, and the check that an untrusted document is one.
import { failed, ok, type Result } from '../result';
import type { DetectorDescription } from './generated/detector-description';
import type { ModelDescription } from './generated/description';
import schema from './generated/schema.json';
import { schemaCheck } from './schema-check';

export type { ModelDescription };

/** Of either kind of model. */
export type AnyDescription = ModelDescription | DetectorDescription;

/** Checks an untrusted document; the error names the field and what is wrong with it. */
export type CheckDescription<Description> = (document: unknown) => Result<Description, string>;

const flawOf = schemaCheck(schema);

/** Parses the bytes of a model.json, to be checked by `check`. */
export function parseDescription<Description>(
  bytes: Uint8Array,
  check: CheckDescription<Description>,
): Result<Description, string> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return failed('model.json is not JSON');
  }
  return check(document);
}

/** Checks a parsed document against ml/model.schema.json, and what a schema cannot say. */
export const checkDescription: CheckDescription<ModelDescription> = (document) => {
  const flaw = flawOf(document);
  if (flaw !== null) {
    return failed(`model.json: ${flaw}`);
  }
  const description = document as ModelDescription;
  if (description.input.height !== description.input.width) {
    return failed('model.json: input is not a square');
  }
  if (description.outputs[0].name === description.outputs[1].name) {
    return failed('model.json: outputs must be one score and one heatmap');
  }
  return ok(description);
};
