// A code that the patient gives on the command line, with a card at rest and with a phone that runs.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bytesToHex, generateSensorCode, sensorCodeKey } from '@vitalseal/protocol';
import type { MhaClient } from '@vitalseal/secure-element/terminal';
import { CertifiedWorld, sensorIdentity } from '@vitalseal/secure-element/testing';
import { afterEach, expect, test } from 'vitest';
import { bondByCode, obeyBonding, unbond } from './bonding.ts';
import type { OpenedCard } from './card/which-card.ts';
import { withCard } from './card/with-card.ts';
import { listenControl } from './control/control-socket.ts';
import { cardOfWorld, testPin } from './testing/card-of-world.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function phone(): Promise<{
  folder: string;
  card: OpenedCard;
  atRest: <T>(errand: (mha: MhaClient) => Promise<T>) => Promise<T>;
}> {
  const folder = mkdtempSync(join(tmpdir(), 'vitalseal-bonding-'));
  closing.push(() => rmSync(folder, { recursive: true }));
  const card = await cardOfWorld(await CertifiedWorld.make(Date.now()), { folder });
  closing.push(() => card.close());
  return { folder, card, atRest: (errand) => withCard({ card, pin: testPin }, errand) };
}

test('goes to the card at rest, and is refused before the PIN is asked for if it was mistyped', async () => {
  const { folder, atRest } = await phone();
  const code = generateSensorCode();
  const never = () => Promise.reject(new Error('expected no PIN to be asked for'));
  const mistyped = `${(Number(code[0]) + 1) % 10}${code.slice(1)}`;
  await expect(bondByCode(folder, mistyped, never)).rejects.toMatchObject({ code: 'sensor-code-malformed' });
  await bondByCode(folder, code, atRest);
  expect((await atRest((mha) => mha.display())).codesWaiting).toBe(1);
  await expect(unbond(folder, 'sensor-99', atRest)).rejects.toMatchObject({ code: 'peer-not-bonded' });
  await unbond(folder, sensorIdentity.id, atRest);
});

test('goes to the phone that runs, as a key', async () => {
  const { folder } = await phone();
  const code = generateSensorCode();
  const heard: string[] = [];
  const control = await listenControl(folder, (command, argument) =>
    obeyBonding(
      {
        bondWithCode: async (key) => void heard.push(bytesToHex(key)),
        forgetSensor: async ({ id }) => void heard.push(id),
      },
      command,
      argument,
    ),
  );
  closing.push(() => control.close());
  const never = () => Promise.reject(new Error('expected the phone that runs to be asked'));
  await bondByCode(folder, code, never);
  await unbond(folder, 'sensor-7', never);
  expect(heard).toEqual([bytesToHex(await sensorCodeKey(code)), 'sensor-7']);
  await expect(unbond(folder, 'no id', never)).rejects.toMatchObject({ code: 'identity-malformed' });
});
