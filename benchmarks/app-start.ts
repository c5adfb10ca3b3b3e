// The start of the patient's app in headless Chromium on a processor slowed down four times, against the least page that
// shows a button: at the first visit, and from the phone by the service worker that checks each file. And what is sent.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Browser, chromium } from 'playwright-core';
import { install, type Opening, openFirst, openIn } from './app-start/open-page.ts';
import { servePages } from './app-start/page-server.ts';
import { printRow } from './measure/results.ts';
import { median } from './measure/statistics.ts';

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '15' },
    slowdown: { type: 'string', default: '4' },
  },
});
const rounds = values.quick ? 3 : Number(values.rounds);
const slowdown = Number(values.slowdown);
const app = fileURLToPath(new URL('../apps/patient/web/dist', import.meta.url));
if (!existsSync(join(app, 'release.manifest'))) throw new Error('expected the built app: run "npm run build" first');

const server = await servePages(app);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
});
try {
  sizes();
  await starts(browser);
} finally {
  await browser.close();
  await server.close();
}

function sizes(): void {
  const assets = readdirSync(join(app, 'assets'));
  const sent = (name: RegExp) =>
    assets.filter((file) => name.test(file)).reduce((sum, file) => sum + server.sent(`/patient/assets/${file}`), 0);
  printRow('app-start', {
    what: 'kilobytes sent, zipped',
    page: rounded(server.sent('/patient/index.html') + sent(/^index-.*\.(?:js|css)$/)),
    language: rounded(sent(/^english-.*\.js$/)),
    card: rounded(sent(/^card\.worker-.*\.js$/)),
    serviceWorker: rounded(server.sent('/patient/service-worker.js')),
  });
}

async function starts(browser: Browser): Promise<void> {
  const page = (name: string) => new URL(name, server.url).href;
  const installed = await browser.newContext();
  await install(installed, page('/patient/'));
  const least: Opening[] = [];
  const first: Opening[] = [];
  const again: Opening[] = [];
  // In turns, so that what the machine does meanwhile falls on all three.
  for (let round = 0; round < rounds; round++) {
    least.push(await openFirst(browser, page('/least/'), slowdown));
    first.push(await openFirst(browser, page('/patient/'), slowdown));
    again.push(await openIn(installed, page('/patient/'), slowdown));
  }
  await installed.close();
  const of = (openings: readonly Opening[], what: keyof Opening) => median(openings.map((opening) => opening[what]));
  for (const [visit, openings] of Object.entries({ 'first visit': first, 'from the phone': again })) {
    printRow('app-start', {
      visit,
      interactiveMs: of(openings, 'interactive'),
      leastPageMs: of(least, 'interactive'),
      ratio: of(openings, 'interactive') / of(least, 'interactive'),
      blockedMs: of(openings, 'blocked'),
      kilobytes: of(openings, 'kilobytes'),
    });
  }
}

function rounded(bytes: number): number {
  return Math.round(bytes / 100) / 10;
}
