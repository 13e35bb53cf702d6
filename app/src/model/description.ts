// model.json as the app knows it: its type, and the check that an untrusted document is one.
import { type OutputUnit, Validator } from '@cfworker/json-schema';

import { failed, ok, type Result } from '../result';
import type { ModelDescription } from './generated/description';
import schema from './generated/schema.json';

export type { ModelDescription };

// An interpreting validator: a compiling one needs `eval`, which the page's content security policy forbids.
const validator = new Validator(schema as object, '2020-12');

/** Parses the bytes of a model.json; the error names the field and what is wrong with it. */
export function parseDescription(bytes: Uint8Array): Result<ModelDescription, string> {
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return failed('model.json is not JSON');
  }
  return checkDescription(document);
}

/** Checks a parsed document against ml/model.schema.json, and what a schema cannot say. */
export function checkDescription(document: unknown): Result<ModelDescription, string> {
  const flaw = firstFlaw(document);
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
}

function firstFlaw(document: unknown): string | null {
  try {
    const { valid, errors } = validator.validate(document);
    return valid ? null : sentence(errors.at(-1));
  } catch (error) {
    return String(error); // it cannot name a field whose name is half of a surrogate pair
  }
}

function sentence(error: OutputUnit | undefined): string {
  return error === undefined ? 'invalid' : `${error.instanceLocation.replace('#/', '')}: ${error.error}`;
}
