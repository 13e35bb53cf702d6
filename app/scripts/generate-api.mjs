// Writes src/api/generated/openapi.ts from backend/openapi.json, which `flask spec` writes; `--check` fails when it is out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

import openapiTS, { astToString } from 'openapi-typescript';
import * as prettier from 'prettier';

const description = new URL('../../backend/openapi.json', import.meta.url);
const folder = new URL('../src/api/generated/', import.meta.url);
const file = new URL('openapi.ts', folder);

const banner = '// Generated from backend/openapi.json by `npm run generate:api`; do not edit.\n';

const style = await prettier.resolveConfig(new URL('../package.json', import.meta.url));
// What has a default may be left out of a request.
const types = banner + astToString(await openapiTS(description, { defaultNonNullable: false }));
const text = await prettier.format(types, { ...style, parser: 'typescript' });

if (!process.argv.includes('--check')) {
  await mkdir(folder, { recursive: true });
  await writeFile(file, text);
} else if ((await readFile(file, 'utf8').catch(() => '')) !== text) {
  console.error(
    'src/api/generated/openapi.ts does not match backend/openapi.json: run `npm run generate:api`',
  );
  process.exitCode = 1;
}
