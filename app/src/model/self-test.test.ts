// The self-test picture is the same in Python and here.
import { createHash } from 'node:crypto';

import golden from '../../../tests/golden/contracts.json';
import { selfTestTensor } from './self-test';

test.each(golden.self_test)('seed $seed at $resolution px', ({ seed, resolution, sha256 }) => {
  const tensor = selfTestTensor(seed, resolution);
  expect(tensor).toHaveLength(resolution * resolution * 3);
  expect(createHash('sha256').update(tensor).digest('hex')).toBe(sha256);
});
