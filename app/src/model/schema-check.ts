// Untrusted documents against the JSON Schemas that Python validates with.
import { type OutputUnit, Validator } from '@cfworker/json-schema';

/** Returns what is wrong with a document, naming the field; null when it keeps the schema. */
export type SchemaCheck = (document: unknown) => string | null;

/** An interpreting validator: a compiling one needs `eval`, which the page's content security policy forbids. */
export function schemaCheck(schema: object): SchemaCheck {
  const validator = new Validator(schema, '2020-12');
  return (document) => {
    try {
      const { valid, errors } = validator.validate(document);
      return valid ? null : sentence(errors.at(-1));
    } catch (error) {
      return String(error); // it cannot name a field whose name is half of a surrogate pair
    }
  };
}

function sentence(error: OutputUnit | undefined): string {
  return error === undefined ? 'invalid' : `${error.instanceLocation.replace('#/', '')}: ${error.error}`;
}
