// The whole client against a transport that lies: whatever comes back, each command ends with a TpmError or with an answer
// that was checked, in bounded time, and nothing after a lie is believed.
import { type Bytes, concatBytes } from '@vitalseal/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { flush, getRandom, listHandles, readProperty } from '../commands/lifecycle.ts';
import type { KeyBlob } from '../commands/object.ts';
import { TpmError } from '../errors.ts';
import { createAttestationKey, quote } from '../keys/attestation-key.ts';
import { advanceCounter, defineCounter, readCounter, usualCounterIndex } from '../keys/counter.ts';
import { readEndorsementKey } from '../keys/endorsement-key.ts';
import { type RootedTpm, startRootedTpm } from '../keys/root.fixture.ts';
import { readPcrs, sealUnderPcr, unsealUnderPcr } from '../keys/sealed-secret.ts';
import { createSigningKey, signWith } from '../keys/signing-key.ts';
import { openStorageRoot, provisionStorageRoot } from '../keys/storage-root.ts';
import { openTransport } from '../transport/open-transport.ts';
import type { Transport } from '../transport/transport.ts';
import { Tpm } from './tpm.ts';

const secret = new Uint8Array(32).fill(7);
const data = new Uint8Array(40).fill(9);
const nonce = new Uint8Array(32).fill(5);
const value = new Uint8Array(32).fill(3);
let tpm: RootedTpm;
let key: KeyBlob;
let attestationKey: KeyBlob;
let sealed: KeyBlob;

beforeAll(async () => {
  tpm = await startRootedTpm();
  await tpm.withRoot(async (root) => {
    key = await createSigningKey(root);
    attestationKey = await createAttestationKey(root);
    sealed = await sealUnderPcr(root, secret, await readPcrs(root, [13]));
    await defineCounter(root, usualCounterIndex, value);
    await advanceCounter(root, usualCounterIndex, value);
  });
});

afterAll(() => tpm.stop());

/** A lie about one answer: which bytes become what. */
const lies = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(400) }),
  fc.record({ kind: fc.constant('grow' as const), by: fc.uint8Array({ minLength: 1, maxLength: 64 }) }),
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(400), bit: fc.nat(7) }),
  fc.record({ kind: fc.constant('length' as const), at: fc.nat(60), to: fc.constantFrom(0, 1, 0x7fff, 0xffff) }),
  fc.record({ kind: fc.constant('rubbish' as const), bytes: fc.uint8Array({ maxLength: 200 }) }),
  fc.record({ kind: fc.constant('code' as const), code: fc.nat(0xffff) }),
  fc.record({ kind: fc.constant('earlier' as const) }),
);
type Lie = typeof lies extends fc.Arbitrary<infer T> ? T : never;

function told(lie: Lie, honest: Bytes, earlier: Bytes): Bytes {
  const changed = honest.slice();
  switch (lie.kind) {
    case 'cut':
      return resized(changed.slice(0, Math.min(lie.at, changed.length)));
    case 'grow':
      return resized(concatBytes(changed, lie.by));
    case 'flip':
      if (lie.at < changed.length) changed[lie.at] = (changed[lie.at] ?? 0) ^ (1 << lie.bit);
      return changed;
    case 'length':
      if (10 + lie.at + 2 <= changed.length) new DataView(changed.buffer).setUint16(10 + lie.at, lie.to);
      return changed;
    case 'rubbish':
      return new Uint8Array(lie.bytes);
    case 'code':
      new DataView(changed.buffer).setUint32(6, lie.code);
      return lie.code === 0 ? changed : resized(changed.slice(0, 10));
    case 'earlier':
      return earlier;
  }
}

/** With a header that agrees with it, so that the lie gets further than the frame. */
function resized(bytes: Bytes): Bytes {
  if (bytes.length >= 10) new DataView(bytes.buffer).setUint32(2, bytes.length);
  return bytes;
}

class LyingTransport implements Transport {
  readonly #honest: Transport;
  readonly #lie: Lie;
  readonly #about: number;
  #count = 0;
  #earlier: Bytes = new Uint8Array(10);

  constructor(honest: Transport, lie: Lie, about: number) {
    this.#honest = honest;
    this.#lie = lie;
    this.#about = about;
  }

  get gone(): boolean {
    return this.#honest.gone;
  }

  async exchange(command: Bytes): Promise<Bytes> {
    const honest = await this.#honest.exchange(command);
    const answer = this.#count++ === this.#about ? told(this.#lie, honest, this.#earlier) : honest;
    this.#earlier = honest;
    return answer;
  }

  close(): Promise<void> {
    return this.#honest.close();
  }
}

const errands: Readonly<Record<string, (opened: Tpm) => Promise<unknown>>> = {
  'lists what is there': async (opened) => {
    await readProperty(opened, 0x105);
    await getRandom(opened, 16);
    return (await listHandles(opened, 0x80000000)).length;
  },
  'makes a primary key': async (opened) => Buffer.from(await provisionStorageRoot(opened)).toString('hex'),
  'reads an endorsement key': async (opened) => Buffer.from(await readEndorsementKey(opened)).toString('hex'),
  signs: async (opened) => (await signWith(await openStorageRoot(opened, tpm.pinned), key, data)).length,
  quotes: async (opened) => {
    const { signature } = await quote(await openStorageRoot(opened, tpm.pinned), attestationKey, nonce, [13]);
    return signature.length;
  },
  'makes a key': async (opened) => {
    const made = await createSigningKey(await openStorageRoot(opened, tpm.pinned));
    return made.publicPart.length;
  },
  unseals: async (opened) =>
    Buffer.from(await unsealUnderPcr(await openStorageRoot(opened, tpm.pinned), sealed, [13])).toString('hex'),
  'reads a counter': async (opened) => readCounter(await openStorageRoot(opened, tpm.pinned), usualCounterIndex, value),
};

async function run(errand: (opened: Tpm) => Promise<unknown>, lie?: { lie: Lie; about: number }): Promise<unknown> {
  const honest = await openTransport(tpm.address, 5000);
  const transport = lie === undefined ? honest : new LyingTransport(honest, lie.lie, lie.about);
  const opened = new Tpm(transport, { commandMs: 2000, keyMs: 2000, retryMs: 20 });
  try {
    return await errand(opened);
  } finally {
    await opened.close();
  }
}

/** What a lie left behind on the TPM would fill it. */
async function cleared(): Promise<void> {
  const opened = new Tpm(await openTransport(tpm.address, 5000));
  for (const range of [0x80000000, 0x02000000])
    for (const one of await listHandles(opened, range)) await flush(opened, one);
  await opened.close();
}

/** These answers are nobody's secret and not authenticated: a lie about them may be believed, and does no harm by itself. */
const unauthenticated = new Set(['lists what is there', 'makes a primary key', 'reads an endorsement key']);

test.each(Object.entries(errands))(
  'a client that %s takes no lie for an answer',
  async (name, errand) => {
    const truth = await run(errand);
    await fc.assert(
      fc.asyncProperty(lies, fc.nat(7), async (lie, about) => {
        try {
          const answer = await run(errand, { lie, about });
          if (!unauthenticated.has(name)) expect(answer).toEqual(truth);
        } catch (error) {
          expect(error).toBeInstanceOf(TpmError);
        } finally {
          await cleared();
        }
      }),
      { numRuns: 120, seed: 20 },
    );
  },
  60_000,
);
