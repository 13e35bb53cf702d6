// Bundles the service worker with the list of all files of the exported web app: `node scripts/build-service-worker.mjs [FOLDER]`,
// which `npm run build:web` runs last.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(process.cwd(), process.argv[2] ?? 'dist');

/** For developers, for shops, or the service worker itself: not needed to run the app. */
const LEFT_OUT = /\.map$|^\/metadata\.json$|^\/service-worker\.js$|^\/screenshots\//;

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name))
  .map((file) => ({
    url: file.slice(folder.length).split(sep).join('/'),
    revision: createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 16),
  }))
  .filter(({ url }) => !LEFT_OUT.test(url))
  .sort((a, b) => a.url.localeCompare(b.url));
if (!files.some(({ url }) => url === '/index.html')) {
  throw new Error(`${folder} holds no exported web app: run \`npm run build:web\``);
}

await build({
  entryPoints: [join(app, 'src/offline/service-worker.ts')],
  outfile: join(folder, 'service-worker.js'),
  bundle: true,
  format: 'iife',
  target: 'es2020',
  minify: true,
  define: { FILES: JSON.stringify(files), 'process.env.NODE_ENV': '"production"' },
  logLevel: 'warning',
});
console.log(`The service worker keeps ${files.length} files`);
