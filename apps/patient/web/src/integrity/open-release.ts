// Registers the service worker and listens to it. It is asked for news at start and every hour; a service worker that no
// release names is told of, as far as a page can see it (SECURITY.md says how far that is).

import type { Bytes } from '@vitalseal/protocol';
import { nothingNew, type ReleaseNews, type ReleaseQuestion } from './release-messages.ts';
import { trustedScript } from './trusted-script.ts';
import { workerIsAttested } from './worker-is-attested.ts';

export interface ReleaseWatch {
  readonly state: ReleaseNews;
  /** @returns how to stop being told */
  subscribe(changed: () => void): () => void;
  /** Asks the hospital now. */
  look(): Promise<void>;
  /** Runs the release that is ready: the page loads anew, so close the card first. */
  apply(): Promise<void>;
  /** The roots that the card was given, DER: after activation, and each time it was opened. */
  trust(roots: readonly Bytes[]): Promise<void>;
  /** With the card that is wiped: the next release is a first one. */
  forget(): Promise<void>;
}

const scope = '/patient/';
const script = `${scope}service-worker.js`;
const lookEveryMs = 3_600_000;
const patienceMs = 30_000;

let opened: ReleaseWatch | undefined;

/** One for the page, whoever asks. */
export function openRelease(): ReleaseWatch {
  opened ??= watchRelease();
  return opened;
}

function watchRelease(): ReleaseWatch {
  let state = nothingNew;
  const listeners = new Set<() => void>();
  /** A service worker is there, or on its way, that no release names: whatever any worker says of itself meanwhile. */
  let foreign = false;
  const take = (news: ReleaseNews) => {
    state = foreign ? { ...news, update: 'refused', code: 'release-changed' } : news;
    for (const changed of listeners) changed();
  };
  const workers = 'serviceWorker' in navigator && !import.meta.env.DEV ? navigator.serviceWorker : undefined;

  const tell = async (question: ReleaseQuestion) => {
    const news = await asked(workers, question);
    if (news !== undefined) take(news);
  };

  workers?.addEventListener('message', ({ data }: MessageEvent<{ release?: ReleaseNews }>) => {
    if (data.release !== undefined) take(data.release);
  });
  /** A service worker that comes is judged by what was known before it came. */
  const onUpdate = async () => {
    const known = state;
    if (known.worker === undefined) return;
    foreign = !(await workerIsAttested(scope, known));
    take(foreign ? state : await newsNow(workers));
  };
  const start = async () => {
    if (workers === undefined) return;
    await tell({ ask: 'state' });
    await register(workers, () => void onUpdate());
    await tell({ ask: 'look' });
  };
  void start().catch(
    // Without it the page is as it was: online only. A release that was refused at first is why, most often.
    () => undefined,
  );
  if (workers !== undefined) setInterval(() => void tell({ ask: 'look' }), lookEveryMs);

  return {
    get state() {
      return state;
    },
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    look: () => tell({ ask: 'look' }),
    async apply() {
      await tell({ ask: 'switch' });
      location.reload();
    },
    trust: (roots) => tell({ ask: 'trust', roots }),
    async forget() {
      await tell({ ask: 'forget' });
      await (await workers?.getRegistration(scope))?.unregister();
    },
  };
}

/** HTTP caches never answer for the script: the browser compares it with the one it runs, octet for octet. */
async function register(workers: ServiceWorkerContainer, onUpdate: () => void): Promise<void> {
  const registration = await workers.register(trustedScript(script), { scope, updateViaCache: 'none' });
  registration.addEventListener('updatefound', onUpdate);
  if (registration.waiting || (registration.installing && registration.active)) onUpdate();
  await workers.ready;
}

async function newsNow(workers: ServiceWorkerContainer | undefined): Promise<ReleaseNews> {
  return (await asked(workers, { ask: 'state' })) ?? nothingNew;
}

async function asked(
  workers: ServiceWorkerContainer | undefined,
  question: ReleaseQuestion,
): Promise<ReleaseNews | undefined> {
  const worker = (await workers?.getRegistration(scope))?.active;
  if (!worker) return undefined;
  const { port1, port2 } = new MessageChannel();
  const { promise, resolve } = Promise.withResolvers<ReleaseNews | undefined>();
  const timer = setTimeout(() => resolve(undefined), patienceMs);
  port1.onmessage = ({ data }: MessageEvent<ReleaseNews>) => resolve(data);
  worker.postMessage(question, [port2]);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    port1.close();
  }
}
