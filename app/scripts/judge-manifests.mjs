// Opens manifests as the app does, for the test that holds Python and TypeScript to the same verdicts: reads
// `{"keys": {id: base64}, "version"}`, then per line `envelope` or `description` and its bytes in base64; writes a verdict per line.
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = dirname(dirname(fileURLToPath(import.meta.url)));

const folder = mkdtempSync(join(tmpdir(), 'deepdog-judge-'));
const outfile = join(folder, 'manifests.mjs');
await build({
  stdin: {
    contents: `export * from './updates/manifest'; export * from './model/description';
      export * from './updates/verify-signature.native';`,
    resolveDir: join(app, 'src'),
  },
  bundle: true,
  outfile,
  format: 'esm',
  platform: 'node',
  logLevel: 'warning',
});
const { checkDescription, parseDescription, verifyManifest, verifySignature } = await import(outfile);
rmSync(folder, { recursive: true });

const [first, ...documents] = readFileSync(0, 'utf8').trimEnd().split('\n');
const { keys, version } = JSON.parse(first);
const trusted = new Map(Object.entries(keys).map(([id, key]) => [id, Buffer.from(key, 'base64')]));

const judges = {
  description: (bytes) => (parseDescription(bytes, checkDescription).ok ? 'accepted' : 'bad_manifest'),
  envelope: async (bytes) => {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const opened = await verifyManifest(
      bytes,
      { version, sha256 },
      {
        keys: trusted,
        check: checkDescription,
        verify: verifySignature,
      },
    );
    return opened.ok ? 'accepted' : opened.error.code;
  },
};
const verdicts = [];
for (const line of documents) {
  const [kind, text] = line.split(' ');
  try {
    verdicts.push(await judges[kind](Uint8Array.from(Buffer.from(text, 'base64'))));
  } catch (error) {
    verdicts.push(`threw ${error}`);
  }
}
process.stdout.write(`${verdicts.join('\n')}\n`);
