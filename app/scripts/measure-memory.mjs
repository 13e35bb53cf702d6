// Shows that memory stays flat: `npm run measure:memory -- [URL] [PHOTOS]` judges 500 photos in one page, by default the test photos
// over and over, and prints what the page's process holds.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { coldPage, launch, printTable } from './measured-page.mjs';

const app = dirname(dirname(fileURLToPath(import.meta.url)));
const url = process.argv[2] ?? 'http://127.0.0.1:8000';
const folder = process.argv[3] ?? join(app, '../tests/loop/photos');
const PHOTOS = 500;
const EVERY = 50;
const BAR_MIB = 10;

const photos = readdirSync(folder, { recursive: true })
  .filter((name) => /\.(jpe?g|png|webp)$/i.test(name))
  .slice(0, PHOTOS)
  .map((name) => join(folder, name));
const rows = [];

const browser = await launch();
try {
  const page = await coldPage(browser);
  const devtools = await page.context().newCDPSession(page);
  await page.goto(url);
  await page.getByTestId('choose-photo').waitFor();
  for (let judged = 1; judged <= PHOTOS; judged++) {
    await page.getByTestId('choose-photo-input').setInputFiles(photos[judged % photos.length]);
    await page.getByTestId('verdict').waitFor();
    await page.getByTestId('new-photo').click();
    if (judged % EVERY === 0 || judged === 1) {
      rows.push([judged, ...(await memoryOf(page, devtools))]);
    }
  }
} finally {
  await browser.close();
}

printTable(
  ['photos judged', 'JavaScript heap, MiB', 'page’s process, MiB', 'without cached pictures, MiB', ''],
  rows.map(([judged, heap, full, needed]) => [
    judged,
    heap.toFixed(1),
    full.toFixed(0),
    needed.toFixed(0),
    '▇'.repeat(Math.round(needed / BAR_MIB)),
  ]),
);

/**
 * The main thread's heap after collecting garbage, and all that the renderer process (worker and pictures included) has to itself:
 * as it is, and once Chromium was told that memory is short, upon which it drops the decoded pictures that it had kept.
 */
async function memoryOf(page, devtools) {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  const full = rendererMib();
  await devtools.send('Memory.simulatePressureNotification', { level: 'critical' });
  await page.waitForTimeout(1000);
  return [usedSize / 2 ** 20, full, rendererMib()];
}

/** The private memory of the largest renderer among Chromium's processes, from Linux's own books. */
function rendererMib() {
  const sizes = readdirSync('/proc')
    .filter((pid) => /^\d+$/.test(pid))
    .map((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
        if (!command.includes('--type=renderer') || !isOurs(pid)) {
          return 0;
        }
        const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
        const kib = [...rollup.matchAll(/^Private_\w+:\s+(\d+) kB/gm)].map(([, size]) => Number(size));
        return kib.reduce((sum, size) => sum + size, 0) / 1024;
      } catch {
        return 0; // It ended meanwhile, or belongs to somebody else.
      }
    });
  return Math.max(0, ...sizes);
}

/** Whether this script is among a process's ancestors. */
function isOurs(pid) {
  for (let at = pid; at !== '0' && at !== '1';) {
    if (at === String(process.pid)) {
      return true;
    }
    at = readFileSync(`/proc/${at}/stat`, 'utf8').split(') ').at(-1).split(' ')[1];
  }
  return false;
}
