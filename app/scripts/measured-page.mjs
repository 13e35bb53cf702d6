// What the measuring scripts share: Chromium with a camera, and a page that notes its own times.
import { chromium } from 'playwright-core';

/** Tells the page's main thread from others'. */
const MARK = 'measured';

export const PHONE = { width: 390, height: 844 };

/** Chromium with its own test picture as the camera's, which whoever asks may use. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--use-fake-device-for-media-stream',
      '--use-fake-ui-for-media-stream',
      ...more,
    ],
  });
}

/** A page that has seen nothing yet, in a context of its own. */
export async function coldPage(browser) {
  const context = await browser.newContext({ viewport: PHONE, hasTouch: true, permissions: ['camera'] });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.noted = { tasks: [], looks: 0, verdictAt: null };
    new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        window.noted.tasks.push({ startTime, duration });
      }
    }).observe({ type: 'longtask', buffered: true });
    new MutationObserver(() => {
      const shown = document.querySelector('[data-testid=verdict]') !== null;
      if (shown && window.noted.verdictAt === null) {
        // The frame after the next is the first that surely shows it.
        requestAnimationFrame(() => requestAnimationFrame((now) => (window.noted.verdictAt = now)));
      }
    }).observe(document, { childList: true, subtree: true });
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message, moved) {
      window.noted.looks += message.kind === 'classify' ? 1 : 0;
      return postMessage.call(this, message, moved);
    };
  });
  return page;
}

/** Milliseconds from `began` until the verdict was on the screen. */
export async function untilVerdict(page, began) {
  await page.getByTestId('verdict').waitFor();
  return page.evaluate(async (start) => {
    while (window.noted.verdictAt === null) {
      await new Promise((tick) => setTimeout(tick, 5));
    }
    const took = window.noted.verdictAt - start;
    window.noted.verdictAt = null;
    return took;
  }, began);
}

/**
 * Milliseconds of processor time that each task of the page's main thread took during `action`, which leaves the page open. Other than the
 * time on the clock, they are the same on a busy machine as on an idle one. Chromium's own empty tab, in another process, has long ones too.
 */
export async function mainThreadTasks(page, action) {
  const devtools = await page.context().browser().newBrowserCDPSession();
  const events = [];
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...value));
  await devtools.send('Tracing.start', {
    traceConfig: { includedCategories: ['toplevel', 'blink.user_timing'] },
  });
  await action();
  await page.evaluate((mark) => performance.mark(mark), MARK);
  const complete = new Promise((resolve) => devtools.once('Tracing.tracingComplete', resolve));
  await devtools.send('Tracing.end');
  await complete;
  const thread = ({ pid, tid }) => `${pid} ${tid}`;
  const main = new Set(events.filter(({ name }) => name === MARK).map(thread));
  return events
    .filter((event) => event.name.endsWith('RunTask') && main.has(thread(event)))
    .map(({ tdur = 0 }) => tdur / 1000);
}

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
}

/** Prints rows of cells as a Markdown table, as docs/benchmarks.md takes it. */
export function printTable(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log([line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n'));
}
