// What a change of PIN replaces is not left in the files of the store: the old PIN and an old copy of the wrapped key
// would open what is sealed today.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Bytes, bytesToHex } from '@vitalseal/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sqliteStorage } from '../../storage/sqlite-storage.ts';
import { quickLog2Cost, testDeviceKey } from '../card-under-test.fixture.ts';
import { PinVault } from './pin-vault.ts';

const digits = (text: string): Bytes => Uint8Array.from(text, (digit) => digit.charCodeAt(0));
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'vitalseal-slots-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const files = () => readdirSync(folder).map((name) => bytesToHex(new Uint8Array(readFileSync(join(folder, name)))));
const isThere = (value: Bytes) => files().some((bytes) => bytes.includes(bytesToHex(value)));

test.each<[string, (vault: PinVault) => Promise<unknown>, string]>([
  ['a change of PIN', (vault) => vault.change(digits('12345678'), digits('87654321')), 'slot-pin'],
  ['an unblocking', (vault) => vault.unblock(digits('13572468'), digits('87654321')), 'slot-pin'],
  ['a new PUK', (vault) => vault.putPuk(digits('86427531')), 'slot-puk'],
  ['termination', (vault) => vault.destroy(), 'slot-pin'],
])('%s erases the key as it was wrapped before', async (_, replace, name) => {
  const storage = sqliteStorage({ path: join(folder, 'card.db') });
  const vault = new PinVault({ storage, deviceKey: testDeviceKey, log2Cost: quickLog2Cost });
  await vault.setFirst(digits('12345678'));
  await vault.putPuk(digits('13572468'));
  const before = (await storage.read(name)) ?? new Uint8Array(1);
  expect(isThere(before)).toBe(true);
  await replace(vault);
  expect(isThere(before)).toBe(false);
  await storage.close();
});
