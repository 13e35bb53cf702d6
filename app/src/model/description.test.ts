// A model.json from outside is taken only when it keeps the schema, and the error names what is wrong.
import { readFileSync } from 'node:fs';

import { describeModel } from '../updates/testing/publisher';
import { checkDescription, parseDescription } from './description';
import schema from './generated/schema.json';

const good = describeModel('1.2.3', Uint8Array.of(1, 2, 3));

test('the schema in the app is the one that Python validates with', () => {
  expect(schema).toEqual(JSON.parse(readFileSync('../ml/model.schema.json', 'utf8')));
});

test('a good one is taken as it is', () => {
  expect(checkDescription(good)).toEqual({ ok: true, value: good });
});

test.each([
  ['threshold', { ...good, threshold: 1.5 }],
  ['threshold', { ...good, threshold: undefined }],
  ['version', { ...good, version: '1.2' }],
  ['version', { ...good, version: '01.2.3' }],
  ['sha256', { ...good, sha256: 'F'.repeat(64) }],
  ['size_bytes', { ...good, size_bytes: 8388609 }],
  ['created_at', { ...good, created_at: 'yesterday' }],
  ['schema_version', { ...good, schema_version: 2 }],
  ['surprise', { ...good, surprise: true }],
  ['self_test/seed', { ...good, self_test: { ...good.self_test, seed: 0 } }],
  ['input', { ...good, input: { ...good.input, width: 64 } }],
  ['outputs', { ...good, outputs: [good.outputs[0], good.outputs[0]] }],
])('%s is named when it is wrong', (field, document) => {
  const description = parseDescription(Buffer.from(JSON.stringify(document)), checkDescription);
  expect(description.ok ? '' : description.error).toContain(field);
});

test('a name that is half of a surrogate pair is refused, not stumbled over', () => {
  const text = JSON.stringify(good).replace('"version"', '"versi\\ud800n"');
  expect(parseDescription(Buffer.from(text), checkDescription).ok).toBe(false);
});

test.each(['', '{', '[]', 'null', '"model"'])('%j is no model.json', (text) => {
  expect(parseDescription(Buffer.from(text), checkDescription).ok).toBe(false);
});
