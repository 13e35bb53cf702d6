// Puts beside the web app what Metro does not bundle: the worker, LiteRT's WebAssembly and the display faces.
// Run by `npm run build:web` and `npm run web`; what it writes is not committed.
import { build } from 'esbuild';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import subsetFont from 'subset-font';

const app = dirname(dirname(fileURLToPath(import.meta.url)));

// One thread needs neither the threaded nor the JSPI variant; the browser picks one of these two.
const LITERT = ['litert_wasm_internal', 'litert_wasm_compat_internal'].flatMap((name) => [
  `${name}.js`,
  `${name}.wasm`,
]);

for (const folder of ['public/litert', 'public/fonts']) {
  mkdirSync(join(app, folder), { recursive: true });
}
for (const name of LITERT) {
  copyFileSync(join(app, 'node_modules/@litertjs/core/wasm', name), join(app, 'public/litert', name));
}

copyFileSync(
  join(app, 'node_modules/@expo-google-fonts/lilita-one/400Regular/LilitaOne_400Regular.ttf'),
  join(app, 'public/fonts/LilitaOne.ttf'),
);

// The Chinese display face has thousands of characters, and the page asks for a few hundred of them: its words, and how Intl writes dates.
const DATES = '年月日时上午下中晚凌晨';
const chinese = ['zh.ts', 'about/zh.ts', 'languages.ts']
  .map((file) => readFileSync(join(app, 'src/strings', file), 'utf8'))
  .concat(DATES)
  .join('')
  .replace(/[\u0000-\u00ff]/g, '');
const wholeFace = readFileSync(
  join(app, 'node_modules/@expo-google-fonts/zcool-kuaile/400Regular/ZCOOLKuaiLe_400Regular.ttf'),
);
writeFileSync(
  join(app, 'public/fonts/LilitaOneChinese.woff2'),
  await subsetFont(wholeFace, chinese, { targetFormat: 'woff2' }),
);

await build({
  entryPoints: [join(app, 'src/worker/main.ts')],
  outfile: join(app, 'public/litert/deepdog.worker.js'),
  bundle: true,
  format: 'iife',
  target: 'es2020',
  minify: true,
  sourcemap: 'linked',
  logLevel: 'warning',
});
