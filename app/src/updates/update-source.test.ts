// An app that was built without a server or without good keys says which, and looks for no updates.
import { base64 } from '@scure/base';

import { makeKey } from './testing/publisher';
import { updateSourceOf } from './update-source';

const key = makeKey();
const entry = { [key.id]: base64.encode(key.publicKey) };
const keys = JSON.stringify({ release: entry, channel: entry });
const good = {
  baseUrl: 'https://dogs.example/api/v1',
  trustedKeys: keys,
  appVersion: '1.0.0',
  runtimeVersion: '2.17.0',
};

test.each([
  ['no address', { baseUrl: null }, 'noServer'],
  ['no keys', { trustedKeys: '' }, 'noKeys'],
  ['nothing but a line end', { trustedKeys: '\n' }, 'noKeys'],
  ['half a document', { trustedKeys: keys.slice(0, -2) }, 'badKeys'],
  ['keys under other keys’ ids', { trustedKeys: keys.replaceAll(key.id, '0'.repeat(16)) }, 'badKeys'],
])('%s', (_, change, why) => {
  expect(updateSourceOf({ ...good, ...change })).toBe(why);
});

test('with both, updates come from there', () => {
  expect(updateSourceOf(good)).toMatchObject({ baseUrl: good.baseUrl, appVersion: '1.0.0' });
});
