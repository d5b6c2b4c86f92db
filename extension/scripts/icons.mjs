// Renders the icons: one drawing, four moods, the sizes that browsers ask for.
import { mkdir, writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';

const OUT = new URL('../public/icons/', import.meta.url);
const PLAYGROUND_ICON = new URL('../../daemon/playground/icon.svg', import.meta.url);
const SIZES = { ready: [16, 32, 48, 128], off: [16, 32], trouble: [16, 32], capturing: [16, 32] };
const LOOKS = {
  ready: { paper: ['#16857b', '#0b5a53'], dot: null },
  off: { paper: ['#8b8d98', '#6b6d78'], dot: null },
  trouble: { paper: ['#8b8d98', '#6b6d78'], dot: '#f59e0b' },
  capturing: { paper: ['#16857b', '#0b5a53'], dot: '#e5484d' },
};

// What the user wrote, the caret, and what may follow: two lines of it, fading.
function drawing({ paper: [light, deep], dot }, small) {
  const ghost = small
    ? `<rect x="68" y="50" width="36" height="28" rx="9" fill="#fff" opacity="0.55"/>`
    : `<rect x="66" y="46" width="42" height="14" rx="7" fill="#fff" opacity="0.62"/>
       <rect x="66" y="70" width="26" height="14" rx="7" fill="#fff" opacity="0.38"/>`;
  const written = small
    ? `<rect x="20" y="50" width="20" height="28" rx="9" fill="#fff"/>`
    : `<rect x="20" y="46" width="24" height="14" rx="7" fill="#fff"/>
       <rect x="20" y="70" width="24" height="14" rx="7" fill="#fff"/>`;
  const caret = small
    ? `<rect x="47" y="22" width="13" height="84" rx="6.5" fill="#fff"/>`
    : `<rect x="51" y="28" width="8" height="74" rx="4" fill="#fff"/>`;
  const mark = dot
    ? `<circle cx="96" cy="96" r="30" fill="#fff"/><circle cx="96" cy="96" r="22" fill="${dot}"/>`
    : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128"><title>PLM</title>
    <defs><linearGradient id="g" x1="0" y1="0" x2="0.4" y2="1">
      <stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${deep}"/>
    </linearGradient></defs>
    <rect x="4" y="4" width="120" height="120" rx="30" fill="url(#g)"/>
    ${written}${caret}${ghost}${mark}
  </svg>`;
}

await mkdir(OUT, { recursive: true });
for (const [look, sizes] of Object.entries(SIZES)) {
  for (const size of sizes) {
    const svg = drawing(LOOKS[look], size <= 16);
    const png = new Resvg(svg, { fitTo: { mode: 'width', value: size } }).render().asPng();
    await writeFile(new URL(`${look}-${size}.png`, OUT), png);
  }
}
for (const file of [new URL('plm.svg', OUT), PLAYGROUND_ICON]) {
  await writeFile(file, drawing(LOOKS.ready, false));
}
