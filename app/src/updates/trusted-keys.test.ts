// The document of trusted keys is taken whole or not at all.
import { base64 } from '@scure/base';

import { makeKey } from './testing/publisher';
import { parseTrustedKeys } from './trusted-keys';

const key = makeKey();
const entry = { [key.id]: base64.encode(key.publicKey) };

test('reads the keys of both roles', () => {
  const keys = parseTrustedKeys(JSON.stringify({ release: entry, channel: entry }));
  expect(keys.ok && keys.value.release.get(key.id)).toEqual(key.publicKey);
});

test.each([
  ['not JSON', '{'],
  ['a role is missing', JSON.stringify({ release: entry })],
  ['a role has no key', JSON.stringify({ release: entry, channel: {} })],
  ['an id of another key', JSON.stringify({ release: entry, channel: { ['0'.repeat(16)]: entry[key.id] } })],
  ['a key of another length', JSON.stringify({ release: entry, channel: { [key.id]: 'AAAA' } })],
])('refuses: %s', (_, text) => {
  expect(parseTrustedKeys(text).ok).toBe(false);
});
