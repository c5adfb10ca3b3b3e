// Which program runs as the MHA: that of the image in force, from the next start or reset on; and where it cannot run, the
// one that the card was made with, and that is said.

import { Authority, memoryStore, releaseNumber } from '@vitalseal/certifying-authority';
import { sha256 } from '@vitalseal/protocol';
import { encodeMhaImage, mhaImageName } from '@vitalseal/uicc/global-platform';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SecurityDomain, SecurityDomainClient } from '../administration/index.ts';
import { codeOf, SecureElementError } from '../errors.ts';
import { putImage } from '../image/stored-image.ts';
import { exclusively } from '../mha/client/card-user.ts';
import { MhaClient } from '../mha/client/mha-client.ts';
import { type MhaProgram, program } from '../mha/mha-program.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { prefixedStorage } from '../storage/prefixed-storage.ts';
import { sealedStorage } from '../storage/sealed-storage.ts';
import { Transaction } from '../storage/transaction.ts';
import { assembleCard } from './assemble-card.ts';
import type { SoftwareCard } from './card-parts.ts';

const deviceKey = new Uint8Array(32).fill(1);
const pin = '2580';
const version = '1.2.0';
const text = new TextEncoder();
/** What an image's code may turn out to be, by that code. */
const programs: Readonly<Record<string, MhaProgram>> = {
  newer: { ...program, release: 'newer' },
  'faulty at once': {
    ...program,
    release: 'faulty',
    create: () => {
      throw new Error('a fault of the image');
    },
  },
  'faulty behind the PIN': {
    ...program,
    release: 'faulty',
    openElement: () => Promise.reject(new Error('a fault of the image')),
  },
};

let storage: ElementStorage;
let faults: (string | undefined)[];
let card: SoftwareCard;

beforeEach(async () => {
  storage = memoryStorage();
  faults = [];
  await powerOn();
});
afterEach(() => card.close());

async function powerOn(): Promise<void> {
  card = await assembleCard({
    storage,
    deviceKey,
    release: '0.1.0',
    log2Cost: 4,
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    carrier: 'page',
    connectAdministration: () => () => {
      throw new SecureElementError('hospital-unreachable', 'expected no errand of the hospital');
    },
    runCode: (code) => ({ program: programs[code] }),
    onFault: (error) => faults.push(codeOf(error)),
  });
}

/** As an update leaves it. */
async function load(code: string, change: { readonly attestedCode?: string } = {}): Promise<void> {
  const authority = await Authority.init({ store: memoryStore(), now: Date.now });
  const image = (its: string) => encodeMhaImage({ policy: {}, code: Uint8Array.from(text.encode(its)) });
  const digest = await sha256(image(change.attestedCode ?? code));
  const { attestation } = await authority.attest({ name: mhaImageName, version, digest });
  const domain = await domainOf();
  const along = new Transaction();
  putImage(along, attestation, image(code));
  await domain.change({ administrationId: '0011223344556677', imageVersion: releaseNumber(version) }, along);
}

async function domainOf(): Promise<SecurityDomain> {
  const its = prefixedStorage(await sealedStorage(storage, deviceKey), 'isd/');
  return SecurityDomain.open({ storage: its, release: '', eraseMha: async () => {}, mhaIsTaken: async () => true });
}

async function restart(): Promise<void> {
  await card.close();
  await powerOn();
}

const running = async () => (await new SecurityDomainClient(exclusively(card)).status()).running;

async function opened(): Promise<MhaClient> {
  const mha = new MhaClient(exclusively(card));
  await mha.select();
  await mha.verify(pin);
  return mha;
}

async function withPin(): Promise<void> {
  const mha = new MhaClient(exclusively(card));
  await mha.select();
  await mha.setFirstPin(pin);
}

test('a card runs what it was made with until an image is loaded, and the image from the next start on', async () => {
  await withPin();
  await load('newer');
  await restart();
  expect(await running()).toEqual({ imageVersion: releaseNumber(version), release: 'newer' });
  await (await opened()).duty().catch((error: unknown) => expect(codeOf(error)).toBe('time-unknown'));
  expect(faults).toEqual([]);
});

test.each([
  ['was changed in the store', 'image-damaged', () => load('newer', { attestedCode: 'another' })],
  ['does not run here', 'image-unfit', () => load('no such program')],
  ['fails when it is started', 'image-unfit', () => load('faulty at once')],
])('in place of an image that %s the card runs what it was made with, and says why', async (_what, code, spoil) => {
  await withPin();
  await spoil();
  await restart();
  expect(await running()).toEqual({ imageVersion: 0, release: program.release, problem: code });
  expect(faults).toHaveLength(1);
  await opened();
});

test('an image that cannot open the state does not keep the patient out', async () => {
  await withPin();
  await load('faulty behind the PIN');
  await restart();
  expect(await running()).toMatchObject({ imageVersion: releaseNumber(version), release: 'faulty' });
  await opened();
  expect(await running()).toEqual({ imageVersion: 0, release: program.release, problem: 'image-unfit' });
  expect(faults).toHaveLength(1);
});
