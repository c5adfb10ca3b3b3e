// Whatever a terminal sends to the whole card, with all its applications: a status word comes back, and a command that
// was refused has left the store as it was.

import { type Bytes, bytesToHex, concatBytes } from '@vitalseal/protocol';
import {
  accessRuleMasterAid,
  decodeResponse,
  encodeTerminalProfile,
  instructions,
  issuerSecurityDomainAid,
  mhaAid,
} from '@vitalseal/uicc';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mhaInstructions } from '../mha/instructions.ts';
import type { ElementStorage } from '../storage/element-storage.ts';
import { memoryStorage } from '../storage/memory-storage.ts';
import { assembleCard } from './assemble-card.ts';
import type { SoftwareCard } from './card-parts.ts';

const seed = 20_261_122;
const ok = (status: number) => status === 0x9000 || status >> 8 === 0x91;
/** 64XX to 6FXX, 6CXX apart; a wrong PIN (63CX) has spent a try. */
const isRefusal = (status: number) => status >= 0x6400 && status < 0x7000 && status >> 8 !== 0x6c;

const select = (aid: Bytes) => concatBytes(Uint8Array.of(0x00, 0xa4, 0x04, 0x0c, aid.length), aid);
const firstPin = Uint8Array.of(0x00, 0x24, 0x01, 0x01, 8, ...new TextEncoder().encode('48151623'));

const anyByte = fc.nat(255);
const mostly = (values: readonly number[]) =>
  fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...values) }, { weight: 1, arbitrary: anyByte });
const applicationInstructions: readonly number[] = [...Object.values(instructions), ...Object.values(mhaInstructions)];

const nearlyCommand = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom(mhaAid, issuerSecurityDomainAid, accessRuleMasterAid).map(select) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        mostly([0x00, 0x80, 0x10, 0x90]),
        mostly(applicationInstructions),
        mostly([0, 1]),
        mostly([0, 1, 2, 3, 4, 5, 6, 7, 0x0f]),
        fc.uint8Array({ maxLength: 60 }),
        fc.boolean(),
      )
      .map(([cla, ins, p1, p2, data, expects]) => {
        const body = data.length > 0 ? [data.length, ...data] : [];
        return Uint8Array.of(cla, ins, p1, p2, ...body, ...(expects ? [0] : []));
      }),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes)) },
);

async function cardInUse(): Promise<{ card: SoftwareCard; storage: ElementStorage; faults: unknown[] }> {
  const storage = memoryStorage();
  const faults: unknown[] = [];
  const card = await assembleCard({
    storage,
    deviceKey: new Uint8Array(32).fill(9),
    release: '0.1.0',
    turn: () => new Promise((resolve) => setImmediate(resolve)),
    carrier: 'page',
    connectAdministration: () => () => ({
      post: () => Promise.reject(new Error('expected nobody to be administered')),
      close() {},
    }),
    log2Cost: 4,
    onFault: (error) => faults.push(error),
  });
  const profile = encodeTerminalProfile({ capabilities: new Set(['provide-date-time-zone']), channels: 1 });
  await card.transmit(Uint8Array.of(0x80, 0x10, 0, 0, profile.length, ...profile));
  await card.transmit(select(mhaAid));
  expect(ok(decodeResponse(await card.transmit(firstPin)).status)).toBe(true);
  return { card, storage, faults };
}

async function stored(storage: ElementStorage): Promise<Map<string, string>> {
  const values = new Map<string, string>();
  for (const name of await storage.list('')) {
    values.set(name, bytesToHex((await storage.read(name)) ?? new Uint8Array()));
  }
  return values;
}

test('any sequence of what is nearly a command: a status word each, no fault, and no refusal with a trace', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(nearlyCommand, { minLength: 5, maxLength: 40 }), async (commands) => {
      const { card, storage, faults } = await cardInUse();
      for (const command of commands) {
        const before = await stored(storage);
        const { status } = decodeResponse(await card.transmit(command));
        if (isRefusal(status)) expect(await stored(storage)).toEqual(before);
      }
      expect(faults).toEqual([]);
      await card.close();
    }),
    { seed, numRuns: 200 },
  );
});
