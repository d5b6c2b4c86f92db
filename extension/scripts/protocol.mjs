// Generates link/protocol.ts from link/protocol.schema.json; `--check` fails when it is stale.
import { readFile, writeFile } from 'node:fs/promises';
import { compile } from 'json-schema-to-typescript';

const SCHEMA = new URL('../link/protocol.schema.json', import.meta.url);
const TYPES = new URL('../link/protocol.ts', import.meta.url);

const schema = JSON.parse(await readFile(SCHEMA, 'utf8'));
const generated = await compile(schema, 'Protocol', {
  additionalProperties: false,
  bannerComment: '/* Generated from protocol.schema.json by `npm run protocol`; do not edit. */',
  format: true,
  style: { singleQuote: true, printWidth: 100 },
});

if (process.argv.includes('--check')) {
  const committed = await readFile(TYPES, 'utf8').catch(() => '');
  if (committed !== generated) {
    console.error('link/protocol.ts is stale: run `npm run protocol` and commit the result.');
    process.exit(1);
  }
} else {
  await writeFile(TYPES, generated);
}
