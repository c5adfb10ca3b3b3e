// One opening of a page, on a processor that is slowed down: when its first button stands there and the page has drawn and
// answers again, and for how long scripts kept it from answering before.
import type { Browser, BrowserContext } from 'playwright-core';

export interface Opening {
  /** Milliseconds since the navigation began. */
  readonly interactive: number;
  /** Milliseconds of long tasks, each less its first 50. */
  readonly blocked: number;
  /** Kilobytes that came over the network. */
  readonly kilobytes: number;
}

const watch = `
  globalThis.opening = { blocked: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) opening.blocked += Math.max(0, duration - 50);
  }).observe({ type: 'longtask', buffered: true });
  const seen = () => {
    if (!document.querySelector('#page button')) return requestAnimationFrame(seen);
    // Drawn, and idle enough that a press would be answered.
    requestAnimationFrame(() => setTimeout(() => { opening.interactive = performance.now(); }));
  };
  requestAnimationFrame(seen);
`;

/** In a browser that has never met the page. */
export async function openFirst(browser: Browser, url: string, slowdown: number): Promise<Opening> {
  const context = await browser.newContext();
  try {
    return await openIn(context, url, slowdown);
  } finally {
    await context.close();
  }
}

/** In one that has; the service worker, if there is one, has it. */
export async function openIn(context: BrowserContext, url: string, slowdown: number): Promise<Opening> {
  const page = await context.newPage();
  try {
    const session = await context.newCDPSession(page);
    await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    await page.addInitScript(watch);
    await page.goto(url);
    await page.evaluate(`new Promise((resolve) => {
      const look = () => (opening.interactive > 0 ? resolve() : requestAnimationFrame(look));
      look();
    })`);
    return await page.evaluate<Opening>(`({ ...opening, kilobytes: performance.getEntriesByType('resource')
      .concat(performance.getEntriesByType('navigation'))
      .reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000 })`);
  } finally {
    await page.close();
  }
}

/** Until the service worker has taken the app in. */
export async function install(context: BrowserContext, url: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(url);
  await page.evaluate(`navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
    ? 0 : new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', () => resolve(0))))`);
  await page.close();
}
