// Power lost at every commit of the PIN's life in turn, before it and after it. The card comes back with the old PIN or
// the new one, always with the same state key, and never with a try more than it had.

import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { expect, test } from 'vitest';
import type { ElementStorage } from '../../storage/element-storage.ts';
import { memoryStorage } from '../../storage/memory-storage.ts';
import { sealedStorage } from '../../storage/sealed-storage.ts';
import { PowerLost, tornStorage } from '../../testing/torn-storage.ts';
import { quickLog2Cost, testDeviceKey } from '../card-under-test.fixture.ts';
import { PinVault } from './pin-vault.ts';
import { watchStateKey } from './watch-state-key.fixture.ts';

const digits = (text: string): Bytes =>
  Uint8Array.from({ length: 8 }, (_, at) => (at < text.length ? (text.codePointAt(at) ?? 0) : 0xff));
const first = digits('1234');
const second = digits('567890');
const third = digits('4711');
const puk = digits('13572468');
const wrong = digits('0000');

async function vaultOn(storage: ElementStorage): Promise<PinVault> {
  const sealed = await sealedStorage(storage, testDeviceKey);
  return new PinVault({ storage: sealed, deviceKey: testDeviceKey, log2Cost: quickLog2Cost });
}

interface Step {
  readonly name: string;
  /** Brings the card to where the step begins. */
  readonly before: (vault: PinVault) => Promise<unknown>;
  readonly step: (vault: PinVault) => Promise<unknown>;
  /** PINs of which exactly one must be right afterwards. */
  readonly pins: readonly Bytes[];
}

const inUse = async (vault: PinVault) => {
  await vault.setFirst(first);
  await vault.putPuk(puk);
};
const halfGuessed = async (vault: PinVault) => {
  await inUse(vault);
  await vault.verify(wrong);
};
const blocked = async (vault: PinVault) => {
  await inUse(vault);
  for (let tries = 0; tries < 3; tries++) await vault.verify(wrong);
};

const steps: readonly Step[] = [
  { name: 'a wrong PIN', before: inUse, step: (vault) => vault.verify(wrong), pins: [first] },
  { name: 'the right PIN', before: halfGuessed, step: (vault) => vault.verify(first), pins: [first] },
  { name: 'a change', before: inUse, step: (vault) => vault.change(first, second), pins: [first, second] },
  { name: 'a refused change', before: inUse, step: (vault) => vault.change(wrong, second), pins: [first] },
  { name: 'an unblocking', before: blocked, step: (vault) => vault.unblock(puk, third), pins: [third, first] },
  { name: 'a wrong PUK', before: halfGuessed, step: (vault) => vault.unblock(wrong, third), pins: [first] },
  {
    name: 'a new PUK',
    before: inUse,
    step: async (vault) => {
      await vault.verify(first);
      await vault.putPuk(digits('86427531'));
    },
    pins: [first],
  },
];

async function cut({ before, step }: Step, failAt: number, moment: 'before' | 'after') {
  const inner = memoryStorage();
  const untorn = await vaultOn(inner);
  const stateKey = watchStateKey(untorn);
  await before(untorn);
  const key = stateKey() ?? new Uint8Array();
  const triesBefore = await untorn.triesLeft();
  const torn = tornStorage(inner, failAt, moment);
  let lost = false;
  let outcome: unknown;
  try {
    outcome = await step(await vaultOn(torn));
  } catch (error) {
    if (!(error instanceof PowerLost)) throw error;
    lost = true;
  }
  return { key, triesBefore, lost, outcome, commits: torn.commits, again: await vaultOn(inner) };
}

/** Opens with the PUK if the PIN is blocked, as the patient would. */
async function openWith(vault: PinVault, pins: readonly Bytes[]): Promise<{ right: number; key: string | undefined }> {
  let right = 0;
  const stateKey = watchStateKey(vault);
  for (const pin of pins) {
    await vault.resetTries();
    if ((await vault.verify(pin)).kind === 'right') right += 1;
  }
  const key = stateKey();
  return { right, key: key && bytesToHex(key) };
}

for (const moment of ['before', 'after'] as const) {
  test.each(steps)(
    `power lost ${moment} each commit of $name leaves one PIN, the state key and no try more`,
    async (step) => {
      const whole = await cut(step, 0, moment);
      expect(whole.commits).toBeGreaterThan(0);
      for (let failAt = 1; failAt <= whole.commits; failAt++) {
        const { key, triesBefore, lost, outcome, again } = await cut(step, failAt, moment);
        expect({ failAt, lost, outcome }).toEqual({ failAt, lost: true, outcome: undefined });
        const triesAfter = await again.triesLeft();
        const given = triesAfter.pin > triesBefore.pin;
        // All tries come back only with the commit that only the right secret leads to.
        expect(given).toBe(given && moment === 'after' && failAt === whole.commits && isRight(whole.outcome));
        expect(await openWith(again, step.pins)).toEqual({ right: 1, key: bytesToHex(key) });
      }
    },
  );

  test(`power lost ${moment} the first PIN leaves a fresh card or one with that PIN`, async () => {
    const inner = memoryStorage();
    const torn = tornStorage(inner, 1, moment);
    await expect((await vaultOn(torn)).setFirst(first)).rejects.toThrow(PowerLost);
    const again = await vaultOn(inner);
    expect(await again.setFirst(first)).toBe(moment === 'before');
    expect(await again.verify(first)).toEqual({ kind: 'right' });
    expect(await again.triesLeft()).toEqual({ pin: 3, puk: 10 });
  });

  test(`guessing with the power cut ${moment} every commit gains no guess`, async () => {
    const inner = memoryStorage();
    await inUse(await vaultOn(inner));
    let looked = 0;
    for (let attempt = 0; attempt < 20; attempt++) {
      const vault = await vaultOn(tornStorage(inner, 1 + (attempt % 2), moment));
      const presented = await vault.verify(wrong).catch(() => undefined);
      if (presented?.kind === 'wrong') looked += 1;
    }
    expect(looked).toBeLessThanOrEqual(3);
    const tries = (await (await vaultOn(inner)).triesLeft()).pin;
    expect(tries).toBe(0);
  });
}

function isRight(outcome: unknown): boolean {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'right';
}
