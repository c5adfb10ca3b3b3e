// The card in a Worker of a browser: the same layer, PIN and MHA. It can open no TCP connection, so the page carries what
// it has sealed (see `page-carrier`), its administration by the hospital included, and its clock is the browser's.

import type { Bytes } from '@vitalseal/protocol';
import { CardClock } from '../../mha/index.ts';
import { assembleCard } from '../assemble-card.ts';
import type { CardOptions, SoftwareCard } from '../card-parts.ts';
import { openCardDatabase } from './indexed-db-storage.ts';

export interface WorkerCardOptions extends CardOptions {
  /** Of its database. */
  readonly name?: string;
  readonly release?: string;
  /** Told when the page has something to fetch. */
  readonly stirred?: () => void;
}

/** @throws SecureElementError `storage-in-use` while another tab has the card, or another `storage-` code */
export async function openWorkerCard(options: WorkerCardOptions = {}): Promise<SoftwareCard> {
  const { name = 'vitalseal-card', release = '0.1.0', ...rest } = options;
  const { storage, deviceKey } = await openCardDatabase(name, rest.onFault);
  try {
    const clock = browserClock();
    await clock.ask();
    return await assembleCard({
      ...rest,
      settings: { diaryMs: dayMs, resumes: false, ...rest.settings },
      storage,
      deviceKey: await bytesOf(await deviceKey(newKey)),
      release,
      turn,
      carrier: 'page',
      clock,
    });
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** A patient's own page shows the patient's own day; a gateway shows nobody anything. */
const dayMs = 24 * 3_600_000;

/** A macrotask, so that whatever is ready runs first. */
function turn(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}

function browserClock(): CardClock {
  return new CardClock({
    ask: async () => ({ utcMs: Date.now(), offsetMinutes: -new Date().getTimezoneOffset() }),
    elapsed: () => performance.now(),
    askAgainAfterMs: () => 60_000,
  });
}

const algorithm: HmacKeyGenParams = { name: 'HMAC', hash: 'SHA-256' };
const purpose = new TextEncoder().encode('vitalseal device key v1');

function newKey(): Promise<CryptoKey> {
  return crypto.subtle.generateKey(algorithm, false, ['sign']);
}

/**
 * The handle can be used and not read, and what is made of it is the same each time: its only copy is the browser's. A
 * Worker is no border to a script of the same origin, which can use it as well (SECURITY.md).
 */
async function bytesOf(key: CryptoKey): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(algorithm.name, key, purpose));
}
