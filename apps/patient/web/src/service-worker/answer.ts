// What a page below /patient/ is answered with: the files of the release that runs, from this phone. Scripts, styles, workers
// and documents that no release names are not fetched at all.

import { pageHeaders } from '@vitalseal/page-policy';
import { broughtAgain, keptFile } from './release-files.ts';
import type { ReleaseState } from './release-state.ts';
import type { Releases } from './releases.ts';

const document = 'index.html';
const runs = new Set([
  'script',
  'style',
  'worker',
  'sharedworker',
  'serviceworker',
  'document',
  'iframe',
  'object',
  'embed',
]);

/** @param opened a page of this app is open already */
export async function answerNavigation(releases: Releases, request: Request, opened: boolean): Promise<Response> {
  if (!opened) await releases.begin();
  if ((await releases.state()).withdrawn) await releases.look();
  const state = await releases.state();
  if (state.active === undefined) return fetch(request);
  if (state.withdrawn) return notice('This version of the app was withdrawn, and there is no new one yet.');
  return (await fileOf(releases.scope, state, document)) ?? notice('The app on this phone is damaged.');
}

/** Undefined: nothing of ours, and nothing that runs; the browser asks the hospital as it would have. */
export async function answerFile(releases: Releases, request: Request): Promise<Response> {
  const state = await releases.state();
  if (state.active === undefined) return fetch(request);
  const { origin, pathname } = new URL(request.url);
  const below = origin === location.origin && pathname.startsWith(releases.scope);
  const file = below ? await fileOf(releases.scope, state, pathname.slice(releases.scope.length)) : undefined;
  if (file !== undefined) return file;
  return runs.has(request.destination) ? Response.error() : fetch(request);
}

async function fileOf(scope: string, state: ReleaseState, path: string): Promise<Response | undefined> {
  for (const release of [state.active, state.before]) {
    if (release?.files[path] === undefined) continue;
    return (await keptFile(scope, release, path)) ?? (await broughtAgain(scope, release, path).catch(() => undefined));
  }
  return undefined;
}

/** In the one language that everything else falls back to: no file of a release can be had here. */
function notice(text: string): Response {
  const page = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Vitalseal</title><h1>Vitalseal</h1><p>${text}</p><p>Your readings are kept on this phone. Call your hospital, and open the app again when you are online.</p></html>`;
  return new Response(page, {
    status: 503,
    headers: { ...pageHeaders('patient'), 'content-type': 'text/html; charset=utf-8' },
  });
}
