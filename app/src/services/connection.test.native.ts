// Only Wi-Fi and cable are free: a phone that cannot tell asks.
import { isMetered } from './connection';

let mockType: string | undefined;
jest.mock('expo-network', () => ({
  ...jest.requireActual<object>('expo-network'),
  getNetworkStateAsync: () => Promise.resolve({ type: mockType }),
}));

test.each([
  ['WIFI', false],
  ['ETHERNET', false],
  ['CELLULAR', true],
  ['VPN', true],
  ['UNKNOWN', true],
  [undefined, true],
])('%s: metered is %s', async (connection, metered) => {
  mockType = connection;
  expect(await isMetered()).toBe(metered);
});
