// Makes the native projects with `expo prebuild`, in a copy that is thrown away, and checks them: `npm run check:prebuild`.
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';

import { expectations } from './native-projects.mjs';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const LEFT_OUT = ['node_modules', 'dist', 'dist-android', 'dist-ios', 'android', 'ios', '.expo'];

const readJson = (path) => JSON.parse(readFileSync(join(app, path), 'utf8'));

const project = mkdtempSync(join(tmpdir(), 'deepdog-prebuild-'));
try {
  cpSync(app, project, {
    recursive: true,
    filter: (path) => path === app || !LEFT_OUT.includes(basename(path)),
  });
  symlinkSync(join(app, 'node_modules'), join(project, 'node_modules'));
  execFileSync('npx', ['expo', 'prebuild', '--no-install', '--platform', 'all'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, CI: '1', EXPO_NO_TELEMETRY: '1' },
  });
  const checked = await expectations(project, {
    version: readJson('package.json').version,
    locales: { de: readJson('locales/de.json'), 'zh-Hans': readJson('locales/zh-Hans.json') },
  });
  for (const [what, found, wanted] of checked) {
    if (!isDeepStrictEqual(found, wanted)) {
      console.error(`${what}: ${JSON.stringify(found)}, must be ${JSON.stringify(wanted)}`);
      process.exitCode = 1;
    }
  }
  if (process.exitCode !== 1) {
    console.log(
      `expo prebuild makes the Android and iOS projects, and ${checked.length} checks of them pass`,
    );
  }
} finally {
  rmSync(project, { recursive: true, force: true });
}
