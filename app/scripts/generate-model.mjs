// Writes src/model/generated/ from the schemas in ml/, the authority on model.json; `--check` fails when it is out of date.
import { mkdir, readFile, writeFile } from 'node:fs/promises';

import { compile } from 'json-schema-to-typescript';
import * as prettier from 'prettier';

const ml = new URL('../../ml/', import.meta.url);
const folder = new URL('../src/model/generated/', import.meta.url);

/** By schema, the files made from it: its types and its copy. */
const FILES = {
  'model.schema.json': ['description.ts', 'schema.json'],
  'detector.schema.json': ['detector-description.ts', 'detector-schema.json'],
};

async function generate(schemaName) {
  const schema = JSON.parse(await readFile(new URL(schemaName, ml), 'utf8'));
  const types = await compile(structuredClone(schema), schema.title, {
    bannerComment: `// Generated from ml/${schemaName} by \`npm run generate:model\`; do not edit.`,
    additionalProperties: false,
    format: false,
  });
  const style = await prettier.resolveConfig(new URL('../package.json', import.meta.url));
  return [
    await prettier.format(types, { ...style, parser: 'typescript' }),
    await prettier.format(JSON.stringify(schema), { ...style, parser: 'json' }),
  ];
}

const check = process.argv.includes('--check');
await mkdir(folder, { recursive: true });
for (const [schemaName, names] of Object.entries(FILES)) {
  const texts = await generate(schemaName);
  for (const [index, name] of names.entries()) {
    const file = new URL(name, folder);
    if (!check) {
      await writeFile(file, texts[index]);
    } else if ((await readFile(file, 'utf8').catch(() => '')) !== texts[index]) {
      console.error(
        `src/model/generated/${name} does not match ml/${schemaName}: run \`npm run generate:model\``,
      );
      process.exitCode = 1;
    }
  }
}
