// Bonds with whoever was in range, and those that somebody vouched for.

import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BondStore } from './bond-store.ts';
import { temporaryFolder } from './room.fixture.ts';

const addressOf = (n: number) => `C0:00:00:00:00:${n.toString(16).padStart(2, '0').toUpperCase()}`;

function pair(store: BondStore, address: string, secureConnections = true): void {
  const key = Buffer.alloc(16, 7);
  store.storeKeys('', store.constructAddress('random', address), false, secureConnections, null, key, 0, 0, key, 0, 0);
}

const knows = (store: BondStore, address: string) =>
  store.getKeys('', store.constructAddress('random', address)) !== undefined;

test('strangers that pair without end leave few keys, and take nobody\u2019s who was vouched for', async () => {
  const folder = await temporaryFolder();
  const store = new BondStore(folder);
  const own = 'D1:00:00:00:00:01';
  pair(store, own);
  store.keep(own.toLowerCase());
  for (let n = 0; n < 200; n++) pair(store, addressOf(n));
  expect(knows(store, own)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toHaveLength(17);
  expect([knows(store, addressOf(183)), knows(store, addressOf(184))]).toEqual([false, true]);
  const restarted = new BondStore(folder);
  for (let n = 200; n < 240; n++) pair(restarted, addressOf(n));
  expect(knows(restarted, own)).toBe(true);
  expect(readdirSync(folder).filter((name) => name.endsWith('.json'))).toHaveLength(17);
  for (const name of readdirSync(folder)) expect(statSync(join(folder, name)).mode & 0o077).toBe(0);
});

test('keys of legacy pairing are not kept', async () => {
  const store = new BondStore(await temporaryFolder());
  pair(store, addressOf(1), false);
  expect(knows(store, addressOf(1))).toBe(false);
});
