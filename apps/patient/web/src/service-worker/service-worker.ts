// The service worker of the patient's app. It is the part that stays: it answers with the release that it has verified, and
// judges the next one before it lets it run. What a browser lets it enforce, and what not, is in SECURITY.md.

import { fileHash } from '@vitalseal/certifying-authority';
import type { ReleaseNews, ReleaseQuestion } from '../integrity/release-messages.ts';
import { workerPath } from '../integrity/release-name.ts';
import { answerFile, answerNavigation } from './answer.ts';
import { fetched } from './fetched.ts';
import { Releases } from './releases.ts';

declare const self: ServiceWorkerGlobalScope;

const maximumWorker = 4 << 20;
const scope = new URL(self.registration.scope).pathname;
const releases = new Releases(scope, (news) => void tellPages(news));

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') {
    event.respondWith(pages().then((open) => answerNavigation(releases, request, open.length > 0)));
    return;
  }
  const { pathname } = new URL(request.url);
  // What is asked of the server about releases is for the server to answer.
  if (pathname === `${scope}${workerPath}`) return;
  event.respondWith(answerFile(releases, request));
});

self.addEventListener('message', (event) => {
  const [port] = event.ports;
  const answer = answered(event.data as ReleaseQuestion).then(
    (news) => port?.postMessage(news),
    () => port?.postMessage(undefined),
  );
  event.waitUntil(answer);
});

/** A worker that no release names, or that has no release to serve, is not let in by itself. */
async function install(): Promise<void> {
  await releases.look();
  const { active, ready } = await releases.state();
  const own = await fileHash(await fetched(`${scope}${workerPath}`, maximumWorker));
  if (![active, ready].some((release) => release?.files[workerPath] === own)) {
    throw new Error('expected a release that names this service worker');
  }
}

async function answered(question: ReleaseQuestion): Promise<ReleaseNews> {
  switch (question.ask) {
    case 'look':
      await releases.look();
      break;
    case 'switch':
      await releases.switch();
      break;
    case 'trust':
      await releases.trust(question.roots);
      break;
    case 'forget':
      await releases.forget();
      break;
    case 'state':
      break;
  }
  return releases.news();
}

/** Of this app: the doctor's page may be open in the same browser. */
async function pages(): Promise<readonly WindowClient[]> {
  const open = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  return open.filter(({ url }) => new URL(url).pathname.startsWith(scope));
}

async function tellPages(release: ReleaseNews): Promise<void> {
  for (const page of await pages()) page.postMessage({ release });
}
