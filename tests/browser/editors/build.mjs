/** Bundles each editor and each place of `src` into a page of its own in `.output`. */

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { parse } from 'node:path';
import { build } from 'esbuild';

const FOLDERS = ['src/editors', 'src/places'];
const OUTPUT = '.output';

const styles = (name) =>
  ['page', name]
    .filter((sheet) => existsSync(`${OUTPUT}/${sheet}.css`))
    .map((sheet) => `<link rel="stylesheet" href="${sheet}.css">`);

const page = (name) => `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>${name}</title>
${styles(name).join('\n')}
<main><div id="editor"></div></main>
<button id="elsewhere">elsewhere</button>
<script type="module" src="${name}.js"></script>
</html>
`;

await rm(OUTPUT, { recursive: true, force: true });
await mkdir(OUTPUT);
const files = [];
for (const folder of FOLDERS) {
  for (const file of (await readdir(folder)).sort()) files.push(`${folder}/${file}`);
}
await build({
  entryPoints: [...files, 'src/page.css'],
  entryNames: '[name]',
  outdir: OUTPUT,
  bundle: true,
  minify: true,
  format: 'esm',
  jsx: 'automatic',
  loader: { '.ttf': 'dataurl', '.svg': 'text' },
  define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  legalComments: 'none',
  logLevel: 'error',
});
for (const file of files) {
  const { name } = parse(file);
  await writeFile(`${OUTPUT}/${name}.html`, page(name));
}
