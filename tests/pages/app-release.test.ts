// The life of the patient's app on a phone: installed at the first visit, there without a network, replaced by the next
// release that the authority attested, whole or not at all.

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppBench, type Phone } from './app.fixture.ts';

let bench: AppBench;
let phone: Phone;
beforeEach(async () => {
  bench = await AppBench.open();
  await bench.deploy('1.0.0');
  phone = await bench.phone();
});
afterEach(() => bench.close());

test('the app opens from the phone alone when the hospital is away', async () => {
  await phone.install();
  expect(await phone.look()).toMatchObject({ update: 'none', version: '1.0.0', rooted: false });
  bench.front.goAway();
  await phone.reopen();
  expect(await phone.shows()).toBe('1.0.0');
  await phone.close();
  await phone.start();
  await phone.page.goto(phone.url);
  expect(await phone.shows()).toBe('1.0.0');
  // Away is no refusal: nothing is said of it here.
  expect(await phone.look()).toMatchObject({ update: 'none', code: undefined });
  expect(phone.complaints.filter((text) => !/Failed to load resource/.test(text))).toEqual([]);
});

test('a browser finds what it needs to put the app on the home screen', async () => {
  await phone.install();
  const session = await phone.page.context().newCDPSession(phone.page);
  const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
  // A profile of a test is not one that apps are installed to: whatever else is missing would stand here.
  expect(installabilityErrors.map(({ errorId }) => errorId).filter((id) => id !== 'in-incognito')).toEqual([]);
  const { errors, url } = await session.send('Page.getAppManifest');
  expect(url).toBe(`${phone.url}app.webmanifest`);
  expect(errors).toEqual([]);
});

test('the next release is taken in while the one before runs, and runs at the next start', async () => {
  await phone.install();
  await bench.deploy('1.1.0', (folder) => writeFileSync(join(folder, 'assets', 'more-1a2b3c4d.js'), 'export {};'));
  expect(await phone.look()).toMatchObject({ update: 'ready', version: '1.0.0' });
  // A page that loads again while it is open is the same as before: it may be in the middle of something.
  bench.front.asked.length = 0;
  await phone.page.reload();
  expect(await phone.shows()).toBe('1.0.0');
  // It looks by itself, in its turn: an app that is opened meanwhile does not wait for that, and runs what it ran.
  await expect.poll(() => bench.front.asked).toContain('/patient/release');
  expect(await phone.look()).toMatchObject({ update: 'ready' });
  bench.front.goAway();
  await phone.reopen();
  expect(await phone.shows()).toBe('1.1.0');
  expect(await phone.ask(`{ ask: 'state' }`)).toMatchObject({ update: 'none', version: '1.1.0' });
});

test('it runs at once when the patient says so', async () => {
  await phone.install();
  await bench.deploy('1.1.0');
  await phone.look();
  expect(await phone.ask(`{ ask: 'switch' }`)).toMatchObject({ update: 'none', version: '1.1.0' });
  await phone.page.reload();
  expect(await phone.shows()).toBe('1.1.0');
});

test('an update that is interrupted leaves the app as it was, and is made up for later', async () => {
  await phone.install();
  const more = (folder: string) => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      writeFileSync(join(folder, 'assets', `${name}-1a2b3c4d.js`), `// ${randomBytes(1000).toString('hex')}`);
    }
  };
  await bench.deploy('1.1.0', more);
  bench.front.instead.set('/patient/assets/c-1a2b3c4d.js', 'cut');
  expect(await phone.look()).toMatchObject({ update: 'none', version: '1.0.0' });
  await phone.close();
  bench.front.goAway();
  await phone.start();
  bench.front.asked.length = 0;
  await phone.page.goto(phone.url);
  expect(await phone.shows()).toBe('1.0.0');
  // It has looked by itself: nothing of that is under way when it is opened again.
  await expect.poll(() => bench.front.asked).toContain('/patient/release');
  bench.front.instead.clear();
  await bench.deploy('1.1.1', more);
  expect(await phone.look()).toMatchObject({ update: 'ready' });
  await phone.reopen();
  expect(await phone.shows()).toBe('1.1.1');
});

test('files that did not change are not fetched again', async () => {
  await phone.install();
  await bench.deploy('1.1.0');
  bench.front.asked.length = 0;
  expect(await phone.look()).toMatchObject({ update: 'ready' });
  expect(bench.front.asked.filter((path) => path.startsWith('/patient/assets/'))).toEqual([]);
  expect(bench.front.asked).toContain('/patient/index.html');
});

test('what the app keeps on the phone is there after an update', async () => {
  await phone.install();
  await phone.page.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('kept', 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore('values');
    opening.onsuccess = () => {
      const transaction = opening.result.transaction('values', 'readwrite');
      transaction.objectStore('values').put('still here', 'word');
      transaction.oncomplete = () => { opening.result.close(); resolve(); };
    };
  })`);
  await bench.deploy('2.0.0');
  await phone.look();
  await phone.reopen();
  expect(await phone.shows()).toBe('2.0.0');
  const kept = await phone.page.evaluate(`new Promise((resolve) => {
    const opening = indexedDB.open('kept', 1);
    opening.onsuccess = () => {
      const asked = opening.result.transaction('values').objectStore('values').get('word');
      asked.onsuccess = () => resolve(asked.result);
    };
  })`);
  expect(kept).toBe('still here');
});

test('a file that the browser lost is brought again, if it is still the same', async () => {
  await phone.install();
  const lose = `caches.keys().then((names) => Promise.all(names.map(async (name) => {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) if (request.url.endsWith('index.html')) await cache.delete(request);
  })))`;
  await phone.page.evaluate(lose);
  await phone.reopen();
  expect(await phone.shows()).toBe('1.0.0');
  await phone.page.evaluate(lose);
  bench.front.goAway();
  await phone.reopen();
  expect(await phone.page.textContent('body')).toContain('damaged');
});

test('a release that is taken back runs no more: the next one takes its place, or nothing does', async () => {
  await phone.install();
  await bench.revoke('1.0.0');
  expect(await phone.look()).toMatchObject({ update: 'refused', code: 'revoked' });
  await phone.reopen();
  expect(await phone.page.textContent('body')).toContain('withdrawn');
  expect(await phone.shows()).toBeUndefined();
  bench.front.goAway();
  await phone.reopen();
  expect(await phone.page.textContent('body')).toContain('withdrawn');
  await bench.deploy('1.0.1');
  await phone.reopen();
  expect(await phone.shows()).toBe('1.0.1');
  expect(await phone.ask(`{ ask: 'state' }`)).toMatchObject({ update: 'none', version: '1.0.1' });
});

test("the card's root, once it is known, is the one by which releases are judged, until the card is wiped", async () => {
  await phone.install();
  const root = `Uint8Array.from(${JSON.stringify([...bench.authority.rootCertificate])})`;
  expect(await phone.ask(`{ ask: 'trust', roots: [${root}] }`)).toMatchObject({ update: 'none', rooted: true });
  await phone.reopen();
  expect(await phone.ask(`{ ask: 'state' }`)).toMatchObject({ update: 'none', rooted: true });
  const other = await AppBench.open();
  try {
    const folder = await other.build('3.0.0');
    const roots = `Uint8Array.from(${JSON.stringify([...other.authority.rootCertificate])})`;
    expect(await phone.ask(`{ ask: 'trust', roots: [${roots}] }`)).toMatchObject({ code: 'untrusted' });
    await other.serve(folder, await other.attest(folder));
    other.front.leadsTo(bench.front.url);
    bench.front.leadsTo(other.hospitalUrl);
    expect(await phone.look()).toMatchObject({ update: 'refused', code: 'untrusted', version: '1.0.0' });
    expect(await phone.ask(`{ ask: 'forget' }`)).toMatchObject({ update: 'none', rooted: false });
    expect(await phone.look()).toMatchObject({ update: 'none', version: '3.0.0', rooted: false });
    await phone.reopen();
    expect(await phone.shows()).toBe('3.0.0');
  } finally {
    await other.close();
  }
});

test('an app that nobody vouches for is served, and installed on no phone', async () => {
  const folder = await bench.build('1.0.1');
  await bench.serve(folder);
  const page = await bench.page();
  await page.goto(phone.url);
  expect(await page.evaluate(`document.querySelector('meta[name=release]')?.content`)).toBe('1.0.1');
  await page.waitForTimeout(500);
  const active = await page.evaluate(
    `navigator.serviceWorker.getRegistration('/patient/').then((r) => r?.active ?? null)`,
  );
  expect(active).toBeNull();
});
