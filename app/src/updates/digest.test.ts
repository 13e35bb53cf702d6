// SHA-256 in the browser, on pages that are a secure context and on those that are none.
import { sha256Hex } from './digest.web';

const ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'; // FIPS 180-2, appendix B.1
const bytes = Buffer.from('-abc-').subarray(1, 4);

test('natively', async () => {
  const native = jest.spyOn(crypto.subtle, 'digest');
  expect(await sha256Hex(bytes)).toBe(ABC);
  expect(native).toHaveBeenCalledTimes(1);
});

test('without crypto.subtle, as on plain http', async () => {
  const insecure = jest.replaceProperty(globalThis, 'crypto', {} as Crypto);
  expect(await sha256Hex(bytes)).toBe(ABC);
  insecure.restore();
});
