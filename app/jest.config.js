// One test-suite, three platforms: `.native.ts`, `.web.ts` and `.test.web.ts` are picked up as Metro would pick them.
// The folders without screens hold no platform code in their `.test.ts` files: those run once, in plain Node.
const LOGIC = '/src/(api|feedback|model|storage|updates)/[^/]+\\.test\\.ts$';

const shared = {
  testPathIgnorePatterns: ['/node_modules/', '/dist', '/e2e/'],
  transformIgnorePatterns: [
    '/node_modules/(?!(react-native|@react-native|expo|@expo|@noble|@scure|uuid)[-/]?)',
    '/node_modules/@react-native/babel-preset/',
  ],
};

const platforms = ['ios', 'android', 'web'].map((platform) => ({
  ...shared,
  preset: `jest-expo/${platform}`,
  testPathIgnorePatterns: [...shared.testPathIgnorePatterns, LOGIC],
}));

const logic = {
  ...shared,
  displayName: 'logic',
  testEnvironment: 'node',
  testRegex: LOGIC,
  moduleFileExtensions: ['web.ts', 'web.js', 'ts', 'tsx', 'mjs', 'js', 'json'],
  transform: { '\\.[jt]sx?$': ['babel-jest', { caller: { name: 'metro', platform: 'web' } }] },
};

module.exports = { projects: [logic, ...platforms] };
