// One test-suite, three platforms: `.native.ts`, `.web.ts` and `.test.web.ts` are picked up as Metro would pick them.
// Outside src/pixels, `.test.ts` files (screens' are `.test.native.tsx`) hold no platform code: those run once, in plain Node.
const LOGIC =
  '/src/(api|camera|counts|detection|feedback|history|live|model|offline|services|share|storage|strings|ui|updates|verdict|worker)/[^/]+\\.test\\.ts$';

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

// The first render of a test loads React Native, which takes seconds on a busy machine.
module.exports = { projects: [logic, ...platforms], testTimeout: 30_000 };
