// One test-suite, three platforms: `.native.ts`, `.web.ts` and `.test.web.ts` are picked up as Metro would pick them.
const presets = ['ios', 'android', 'web'].map((platform) => ({
  preset: `jest-expo/${platform}`,
  testPathIgnorePatterns: ['/node_modules/', '/dist', '/e2e/'],
}));

module.exports = { projects: presets };
