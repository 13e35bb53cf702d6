// Proves that `expo prebuild` makes the native projects, in a copy that is thrown away: `npm run check:prebuild`.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const LEFT_OUT = ['node_modules', 'dist', 'dist-android', 'dist-ios', 'android', 'ios', '.expo'];
const EXPECTED = [
  'android/app/build.gradle',
  'android/app/src/main/AndroidManifest.xml',
  'ios/Podfile',
  'ios/DeepDog.xcodeproj/project.pbxproj',
];

const copy = mkdtempSync(join(tmpdir(), 'deepdog-prebuild-'));
try {
  cpSync(app, copy, {
    recursive: true,
    filter: (path) => path === app || !LEFT_OUT.includes(basename(path)),
  });
  symlinkSync(join(app, 'node_modules'), join(copy, 'node_modules'));
  execFileSync('npx', ['expo', 'prebuild', '--no-install', '--platform', 'all'], {
    cwd: copy,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: '1', EXPO_NO_TELEMETRY: '1' },
  });
  const missing = EXPECTED.filter((path) => !existsSync(join(copy, path)));
  if (missing.length > 0) {
    throw new Error(`expo prebuild did not make ${missing.join(', ')}`);
  }
  console.log('expo prebuild makes the Android and iOS projects');
} finally {
  rmSync(copy, { recursive: true, force: true });
}
