// New keys reach phones without a new app, through a chain of key sets, and through nothing else.
import { base64 } from '@scure/base';

import { KEYS_TYPE } from './key-sets';
import { describeModel, json, type KeyPair, makeKey, Publisher, sign } from './testing/publisher';
import { Phone } from './testing/phone';

const weights = Uint8Array.of(20, 1, 1, 1);
const model = describeModel('1.1.0', weights);

type Pairs = { readonly release: KeyPair; readonly channel: KeyPair };
const newPairs = (): Pairs => ({ release: makeKey(), channel: makeKey() });

let publisher: Publisher;
let first: Pairs;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
  first = { release: publisher.releaseKey, channel: publisher.channelKey };
});
afterEach(() => publisher.close());

function serveKeys(number: number, pairs: Pairs, signer: KeyPair, says = number): void {
  const publicHalf = ({ id, publicKey }: KeyPair) => ({ [id]: base64.encode(publicKey) });
  const document = {
    number: says,
    release: publicHalf(pairs.release),
    channel: publicHalf(pairs.channel),
  };
  publisher.files.set(`/keys/${number}.json`, sign(KEYS_TYPE, json(document), signer));
}
const publishWith = ({ release, channel }: Pairs, sequence = 1) =>
  publisher.publish({
    model,
    weights,
    releaseKey: release,
    channelKey: channel,
    channel: { sequence },
  });
const askedForKeys = () => publisher.requests.filter((path) => path.startsWith('/keys/'));

test('a phone that missed two rotations follows the chain, and remembers where it ended', async () => {
  const [second, third] = [newPairs(), newPairs()];
  serveKeys(2, second, first.release);
  serveKeys(3, third, second.release);
  publishWith(third);
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
  expect(askedForKeys()).toEqual(['/keys/2.json', '/keys/3.json']);

  const restarted = new Phone(publisher, phone.storage);
  await restarted.updater.check();
  expect(restarted.lastResult).toBe('up_to_date');
  expect(askedForKeys()).toHaveLength(2);
});

test('keys that were replaced are trusted no more', async () => {
  const second = newPairs();
  serveKeys(2, second, first.release);
  publishWith(second);
  const phone = new Phone(publisher);
  await phone.updater.check();
  publisher.publish({ model, weights, channel: { sequence: 2 } }); // a thief with the old keys
  await phone.updater.check();
  expect([phone.lastRefusal, phone.lastResult]).toEqual(['unknown_key', 'refused']);
});

test('an app that was built with a later set does not fall back to what an older app was led to', async () => {
  const second = newPairs();
  serveKeys(2, second, first.release);
  publishWith(second);
  const old = new Phone(publisher);
  await old.updater.check();
  const phone = new Phone(publisher, old.storage, {
    source: {
      baseUrl: publisher.baseUrl,
      keys: { ...publisher.keys, number: 2 },
      appVersion: '1.0.0',
      runtimeVersion: '2.17.0',
    },
  });
  publisher.publish({ model, weights, channel: { sequence: 2 } });
  await phone.updater.check();
  expect(phone.lastResult).toBe('up_to_date');
});

const stranger = newPairs();
test.each<[string, () => void]>([
  ['signed by a stranger', () => serveKeys(2, stranger, stranger.release)],
  ['signed with the channel key, which the server has', () => serveKeys(2, stranger, first.channel)],
  ['of another number', () => serveKeys(2, stranger, first.release, 3)],
  ['that is not there', () => undefined],
  ['that is a web page', () => publisher.files.set('/keys/2.json', Buffer.from('<html>'))],
])('a key set %s leads nowhere', async (_, serve) => {
  serve();
  publishWith(stranger);
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'unknown_key']);
  expect(await phone.storage.get('updates/keys')).toBeUndefined();
});

test('where the keys are known, nobody asks for new ones', async () => {
  publishWith(first);
  await new Phone(publisher).updater.check();
  expect(askedForKeys()).toEqual([]);
});
