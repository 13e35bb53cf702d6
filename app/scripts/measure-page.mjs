// Times the web app as its user feels it: `npm run measure:page -- [URL] [RUNS]`, at `make demo`'s address unless another is given.
import { coldPage, launch, mainThreadTasks, printTable, quantile, untilVerdict } from './measured-page.mjs';

const url = process.argv[2] ?? 'http://127.0.0.1:8000';
const runs = Number(process.argv[3] ?? 5);
const SHUTTERS_A_RUN = 8;
/** What the Long Tasks API, and the user, calls long. */
const LONG_MS = 50;
const LIVE_SECONDS = 6;
const SHUTTER_READY = '[data-testid=shutter]:not([aria-disabled=true])';

const cold = [];
const shutter = [];
const looks = [];
const startTasks = [];
const useTasks = [];
const startCpuTasks = [];
const useCpuTasks = [];

const browser = await launch();
try {
  for (let run = 0; run < runs; run++) {
    const page = await coldPage(browser);
    startCpuTasks.push(...(await mainThreadTasks(page, () => open(page))));
    startTasks.push(...(await tasksOf(page)));

    useCpuTasks.push(...(await mainThreadTasks(page, () => use(page))));
    useTasks.push(...(await tasksOf(page)));
    await page.context().close();
  }
} finally {
  await browser.close();
}

const ms = (value) => `${Math.round(value)} ms`;
const row = (what, values) => [what, ms(quantile(values, 0.5)), ms(quantile(values, 0.95)), values.length];
printTable(
  ['what', 'median', '95th percentile', 'times'],
  [
    row('cold page to first verdict, a tap on the shutter as soon as it can be pressed included', cold),
    row('shutter to verdict on the screen', shutter),
    [
      'live verdicts a second',
      quantile(looks, 0.5).toFixed(1),
      `${Math.min(...looks).toFixed(1)} at least`,
      looks.length,
    ],
  ],
);
console.log();
printTable(
  ['main thread', 'tasks over 50 ms', 'longest'],
  [
    ['opening to first verdict, by the clock', startTasks.length, longest(startTasks)],
    ['the same, processor time', long(startCpuTasks), longest(startCpuTasks)],
    ['photos, verdicts, “Why?”, live, by the clock', useTasks.length, longest(useTasks)],
    ['the same, processor time', long(useCpuTasks), longest(useCpuTasks)],
  ],
);

/** From the address to the first verdict. */
async function open(page) {
  await page.goto(url, { waitUntil: 'commit' });
  await page.locator(SHUTTER_READY).click();
  cold.push(await untilVerdict(page, 0));
}

/** Photos by the shutter, “Why?”, and the live verdict for a while. */
async function use(page) {
  for (let shot = 0; shot < SHUTTERS_A_RUN; shot++) {
    await page.getByTestId('new-photo').click();
    await page.locator(SHUTTER_READY).waitFor();
    const began = await page.evaluate(() => {
      const now = performance.now();
      document.querySelector('[data-testid=shutter]').click();
      return now;
    });
    shutter.push(await untilVerdict(page, began));
  }
  await page.getByTestId('why').click();
  await page.getByTestId('new-photo').click();
  await page.getByTestId('live').click();
  await page.getByTestId('live-verdict').waitFor();
  const before = await page.evaluate(() => window.noted.looks);
  await page.waitForTimeout(LIVE_SECONDS * 1000);
  looks.push(((await page.evaluate(() => window.noted.looks)) - before) / LIVE_SECONDS);
}

/** The tasks over 50 ms since the last call. */
async function tasksOf(page) {
  return page.evaluate(() => window.noted.tasks.splice(0).map(({ duration }) => duration));
}

function long(tasks) {
  return tasks.filter((task) => task > LONG_MS).length;
}

function longest(tasks) {
  return tasks.length === 0 ? 'none' : ms(Math.max(...tasks));
}
