// Renders every icon from assets/art/mascot.svg with Chromium (`npm run icons`; set CHROMIUM where it is installed elsewhere).
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { chromium } from 'playwright-core';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const svg = readFileSync(join(app, 'assets/art/mascot.svg'), 'utf8');
const MUSTARD = 'radial-gradient(circle at 50% 42%, #ffd95e, #ffc72c 55%, #f7ab1b)';

/** `share` is how much of the square the mark fills; Android masks all but the middle two thirds of an adaptive icon. */
const PICTURES = [
  { file: 'assets/icons/icon.png', size: 1024, share: 0.84, background: MUSTARD },
  { file: 'assets/icons/adaptive-foreground.png', size: 1024, share: 0.6, background: 'transparent' },
  {
    file: 'assets/icons/adaptive-monochrome.png',
    size: 1024,
    share: 0.6,
    background: 'transparent',
    silhouette: true,
  },
  { file: 'assets/icons/splash.png', size: 800, share: 0.96, background: 'transparent' },
  { file: 'assets/icons/mascot.png', size: 640, share: 1, background: 'transparent' },
  { file: 'assets/icons/favicon.png', size: 96, share: 0.94, background: MUSTARD, radius: '22%' },
  { file: 'public/icons/icon-192.png', size: 192, share: 0.84, background: MUSTARD },
  { file: 'public/icons/icon-512.png', size: 512, share: 0.84, background: MUSTARD },
  { file: 'public/icons/maskable-512.png', size: 512, share: 0.66, background: MUSTARD },
  { file: 'public/icons/apple-touch-icon.png', size: 180, share: 0.84, background: MUSTARD },
];

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage();
for (const { file, size, share, background, radius = '0', silhouette = false } of PICTURES) {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>
    html, body { margin: 0; background: transparent }
    div { width: ${size}px; height: ${size}px; display: grid; place-items: center; background: ${background}; border-radius: ${radius} }
    svg { width: ${share * 100}%; ${silhouette ? 'filter: brightness(0)' : ''} }
  </style><div>${svg}</div>`);
  await page.screenshot({ path: join(app, file), omitBackground: true });
}
await browser.close();
