// Checks the release bundles that `npm run build:android` and `build:ios` made: bytecode, the models inside, sizes within budget.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = dirname(dirname(fileURLToPath(import.meta.url)));

/** In bytes. What is larger takes longer to install and to start: raise them for a reason, and say it in CHANGELOG.md. */
const BUDGET = { bytecode: 3_300_000, assets: 2_500_000 };

/** The first eight bytes of Hermes bytecode, whatever its version. */
const HERMES = Buffer.from('c61fbc03c103191f', 'hex');

const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
/** An app may be built without a detector. */
const models = ['assets/model/model.tflite', 'assets/detector/model.tflite'].filter((file) =>
  existsSync(join(app, file)),
);
const megabytes = (bytes) => `${(bytes / 1e6).toFixed(2)} MB`;

for (const platform of ['android', 'ios']) {
  const folder = join(app, `dist-${platform}`);
  const { bundle, assets } = JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')).fileMetadata[
    platform
  ];
  const bytecode = readFileSync(join(folder, bundle));
  const files = assets.map(({ path }) => readFileSync(join(folder, path)));
  const assetBytes = files.reduce((total, { length }) => total + length, 0);
  expect(bytecode.subarray(0, HERMES.length).equals(HERMES), `${platform}: ${bundle} is not Hermes bytecode`);
  const hashes = files.map(sha256);
  for (const model of models) {
    expect(
      hashes.includes(sha256(readFileSync(join(app, model)))),
      `${platform}: ${model} is not among the assets`,
    );
  }
  expect(
    bytecode.length <= BUDGET.bytecode,
    `${platform}: ${megabytes(bytecode.length)} of bytecode, the budget is ${megabytes(BUDGET.bytecode)}`,
  );
  expect(
    assetBytes <= BUDGET.assets,
    `${platform}: ${megabytes(assetBytes)} of assets, the budget is ${megabytes(BUDGET.assets)}`,
  );
  console.log(`${platform}: ${megabytes(bytecode.length)} of bytecode, ${megabytes(assetBytes)} of assets`);
}

function expect(holds, complaint) {
  if (!holds) {
    console.error(complaint);
    process.exitCode = 1;
  }
}
