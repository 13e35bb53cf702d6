// Who takes part in a roll-out: the same buckets as Python's, and more percent never removes a phone.
import golden from '../../../tests/golden/contracts.json';
import type { Channel } from './channel';
import { rolloutBucket, wantedManifest } from './rollout';

const manifest = { version: '1.1.0', sha256: 'a'.repeat(64) };
const previous = { version: '1.0.0', sha256: 'b'.repeat(64) };
const ids = Array.from({ length: 1000 }, (_, i) => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`);

function channelAt(percent: number): Channel {
  return {
    schema_version: 1,
    channel: 'stable',
    sequence: 1,
    manifest,
    previous,
    rollout: { percent, salt: '0'.repeat(32) },
    min_app_version: '1.0.0',
    issued_at: '2026-11-24T08:00:00Z',
    expires_at: '2026-12-24T08:00:00Z',
  };
}

test.each(golden.rollout)('bucket of $install_id is $bucket', ({ install_id, salt, bucket }) => {
  expect(rolloutBucket(install_id, salt)).toBe(bucket);
});

test('0 % is nobody, 100 % everybody, 30 % about three in ten', () => {
  const share = (percent: number) =>
    ids.filter((id) => wantedManifest(channelAt(percent), id) === manifest).length / ids.length;
  expect(share(0)).toBe(0);
  expect(share(100)).toBe(1);
  expect(share(30)).toBeGreaterThan(0.26);
  expect(share(30)).toBeLessThan(0.34);
});

test('raising the percentage only adds phones', () => {
  const partOf = (percent: number) => ids.filter((id) => wantedManifest(channelAt(percent), id) === manifest);
  expect(partOf(60)).toEqual(expect.arrayContaining(partOf(20)));
});

test('outside the roll-out a phone wants the previous model, or nothing where there is none', () => {
  expect(wantedManifest(channelAt(0), 'any')).toBe(previous);
  expect(wantedManifest({ ...channelAt(0), previous: null }, 'any')).toBeNull();
});
