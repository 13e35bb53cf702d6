// Writes src/model/generated/ from ml/model.schema.json, the authority on model.json; `--check` fails when it is out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

import { compile } from 'json-schema-to-typescript';
import * as prettier from 'prettier';

const schemaFile = new URL('../../ml/model.schema.json', import.meta.url);
const folder = new URL('../src/model/generated/', import.meta.url);

const banner = '// Generated from ml/model.schema.json by `npm run generate:model`; do not edit.';

async function generate() {
  const schema = JSON.parse(await readFile(schemaFile, 'utf8'));
  const types = await compile(structuredClone(schema), schema.title, {
    bannerComment: banner,
    additionalProperties: false,
    format: false,
  });
  const style = await prettier.resolveConfig(new URL('../package.json', import.meta.url));
  return {
    'description.ts': await prettier.format(types, { ...style, parser: 'typescript' }),
    'schema.json': await prettier.format(JSON.stringify(schema), { ...style, parser: 'json' }),
  };
}

const files = Object.entries(await generate());
if (process.argv.includes('--check')) {
  for (const [name, text] of files) {
    const committed = await readFile(new URL(name, folder), 'utf8').catch(() => '');
    if (committed !== text) {
      console.error(
        `src/model/generated/${name} does not match ml/model.schema.json: run \`npm run generate:model\``,
      );
      process.exitCode = 1;
    }
  }
} else {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of files) {
    await writeFile(new URL(name, folder), text);
  }
}
